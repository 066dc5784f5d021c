# Lists a conversation's suggestions by the vendor's SDK for so many seconds; prints how many a second.
import json
import os
import sys
import time

import PureCloudPlatformClientV2 as sdk

url, seconds = sys.argv[1], float(sys.argv[2])
client = sdk.api_client.ApiClient(host=url)
client.access_token = "bench"
conversations = sdk.ConversationsApi(client)
count, began = 0, time.monotonic()
while True:
    conversations.get_conversation_suggestions("c")
    count += 1
    if time.monotonic() - began >= seconds:
        break
print(json.dumps({"per_s": count / (time.monotonic() - began)}), flush=True)
os._exit(0)  # a thread of the SDK's watches its settings for ever
