"""Uses the daemon through the vendor's own Python SDK, unchanged, through its public interface only.

Reads where the daemon is from GATEWAY. Ends with "all steps passed", or with the first assertion that
does not hold.
"""

import json
import os
from urllib.parse import parse_qs, urlsplit

import PureCloudPlatformClientV2 as sdk
from PureCloudPlatformClientV2.rest import ApiException

UNKNOWN = "00000000-0000-4000-8000-000000000000"
gateway = json.loads(os.environ["GATEWAY"])
conversation = gateway["conversation"]


def client():
    """The one change that a program makes: where it asks."""
    origin = urlsplit(gateway["url"])
    api_client = sdk.api_client.ApiClient()
    api_client.set_gateway(
        host=origin.hostname,
        protocol=origin.scheme,
        port=origin.port,
        path_params_login="",
        path_params_api="",
    )
    return api_client


def refused(call, *arguments, **options):
    """The exception of a call that must be refused, and what it says."""
    try:
        call(*arguments, **options)
    except ApiException as refusal:
        return refusal, json.loads(refusal.body)
    raise AssertionError("the call was not refused")


def wrong_credentials_are_refused():
    refusal, body = refused(client().get_client_credentials_token, gateway["client_id"], "wrong")
    assert (refusal.status, body["error"]) == (401, "invalid_client"), body


def a_token_of_the_platforms_is_refused():
    api_client = client()
    api_client.access_token = "an-agents-own-token"
    conversations = sdk.ConversationsApi(api_client)
    refusal, body = refused(conversations.get_conversation_suggestions, conversation)
    assert (refusal.status, body["code"]) == (401, "bad.credentials"), body
    assert "/oauth/token" in body["message"], body


def every_page_is_reached(conversations):
    found, options = [], {}
    while True:
        page = conversations.get_conversation_suggestions(conversation, page_size="7", **options)
        found.extend(page.entities)
        assert len(found) <= 200, "paging never ends"
        if not page.next_uri:
            break
        options = {"after": parse_qs(urlsplit(page.next_uri).query)["after"][0]}
    whole = conversations.get_conversation_suggestions(conversation, page_size="200").entities
    assert len(found) > 14, "there are several pages"
    assert [s.id for s in found] == [s.id for s in whole]
    assert page.previous_uri
    return found


def payloads_are_understood(found):
    by_type = {}
    for suggestion in found:
        assert suggestion.date_created is not None
        by_type.setdefault(suggestion.type, suggestion)
    search = by_type["KnowledgeSearch"].knowledge_search
    assert 0 < search.confidence <= 1 and search.title and search.snippets
    assert search.document.self_uri.startswith("/api/v2/knowledge/knowledgebases/")
    assert by_type["Faq"].faq.answer and by_type["Script"].script.data["callerName"]
    assert by_type["CannedResponse"].canned_response.response.id
    assert by_type["ThirdPartySuggestion"].third_party_suggestion.text


def engagements_change_the_state(conversations):
    fresh = conversations.get_conversation_suggestions(conversation, state="Suggested").entities

    def engage(suggestion, kind, rating=None):
        body = sdk.SuggestionEngagement()
        body.engagement_type = kind
        if rating:
            body.feedback = sdk.SuggestionFeedback()
            body.feedback.rating = rating
        answer = conversations.post_conversation_suggestion_engagement(
            conversation, suggestion.id, body
        )
        assert answer.engagement_type == kind, answer
        return conversations.get_conversation_suggestion(conversation, suggestion.id).state

    assert engage(fresh[0], "Copied") == "Accepted"
    assert engage(fresh[1], "Dismissed") == "Dismissed"
    assert engage(fresh[2], "Feedback", "Positive") == "Rated"


def what_is_not_there_is_404(conversations, api_client):
    for call in (
        lambda: conversations.get_conversation_suggestion(conversation, UNKNOWN),
        lambda: sdk.UsersApi(api_client).get_users_me(),
    ):
        refusal, body = refused(call)
        assert (refusal.status, body["code"]) == (404, "not.found"), body
        assert body["contextId"] == refusal.headers["ININ-Correlation-Id"]


wrong_credentials_are_refused()
a_token_of_the_platforms_is_refused()
api = client()
api.get_client_credentials_token(gateway["client_id"], gateway["client_secret"])
suggestions = sdk.ConversationsApi(api)
payloads_are_understood(every_page_is_reached(suggestions))
engagements_change_the_state(suggestions)
what_is_not_there_is_404(suggestions, api)
print("all steps passed")
