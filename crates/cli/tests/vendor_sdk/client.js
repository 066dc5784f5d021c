// Uses the daemon through the vendor's own JavaScript SDK, unchanged, through its public interface only.
// Reads where the daemon is from GATEWAY. Ends with "all steps passed", or with the first assertion that
// does not hold.
"use strict";

const assert = require("node:assert");
const sdk = require("purecloud-platform-client-v2");

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const gateway = JSON.parse(process.env.GATEWAY);
const { conversation } = gateway;
const origin = new URL(gateway.url);

// The one change that a program makes: where it asks.
sdk.ApiClient.instance.setGateway({
  host: origin.hostname,
  protocol: origin.protocol.replace(":", ""),
  port: origin.port,
  path_params_login: "",
  path_params_api: "",
});

async function refused(call) {
  try {
    await call();
  } catch (refusal) {
    return refusal;
  }
  throw new assert.AssertionError({ message: "the call was not refused" });
}

async function everyPageIsReached(conversations) {
  const found = [];
  const options = { pageSize: "7" };
  let page;
  do {
    page = await conversations.getConversationSuggestions(conversation, options);
    found.push(...page.entities);
    assert(found.length <= 200, "paging never ends");
    const next = page.nextUri && new URL(page.nextUri, origin);
    options.after = next && next.searchParams.get("after");
  } while (page.nextUri);
  const whole = await conversations.getConversationSuggestions(conversation, { pageSize: "200" });
  assert(found.length > 14, "there are several pages");
  assert.deepStrictEqual(found.map((s) => s.id), whole.entities.map((s) => s.id));
  const search = found.find((s) => s.type === "KnowledgeSearch").knowledgeSearch;
  assert(search.confidence > 0 && search.title && search.snippets.length > 0);
}

async function engagementsChangeTheState(conversations) {
  const fresh = await conversations.getConversationSuggestions(conversation, { state: "Suggested" });
  const engage = async (suggestion, body) => {
    const answer = await conversations.postConversationSuggestionEngagement(
      conversation,
      suggestion.id,
      body,
    );
    assert.strictEqual(answer.engagementType, body.engagementType);
    const read = await conversations.getConversationSuggestion(conversation, suggestion.id);
    return read.state;
  };
  const [one, two, three] = fresh.entities;
  assert.strictEqual(await engage(one, { engagementType: "Opened" }), "Accepted");
  assert.strictEqual(await engage(two, { engagementType: "Dismissed" }), "Dismissed");
  const feedback = { engagementType: "Feedback", feedback: { rating: "Negative" } };
  assert.strictEqual(await engage(three, feedback), "Rated");
}

async function main() {
  const client = sdk.ApiClient.instance;
  const wrong = await refused(() => client.loginClientCredentialsGrant(gateway.client_id, "wrong"));
  assert.strictEqual(wrong.status ?? wrong.response?.status, 401, JSON.stringify(wrong));
  client.setAccessToken("an-agents-own-token");
  const conversations = new sdk.ConversationsApi();
  const foreign = await refused(() => conversations.getConversationSuggestions(conversation));
  // The SDK rejects with the body of the platform's error.
  assert.strictEqual(foreign.status, 401);
  assert.strictEqual(foreign.code, "bad.credentials");

  await client.loginClientCredentialsGrant(gateway.client_id, gateway.client_secret);
  await everyPageIsReached(conversations);
  await engagementsChangeTheState(conversations);
  for (const call of [
    () => conversations.getConversationSuggestion(conversation, UNKNOWN),
    () => new sdk.UsersApi().getUsersMe(),
  ]) {
    const missing = await refused(call);
    assert.strictEqual(missing.status, 404);
    assert.strictEqual(missing.code, "not.found");
    assert(missing.contextId, "the request has a name for support");
  }
  console.log("all steps passed");
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
