"""Uses the sandbox through the vendor's own Python SDK, through its public interface only.

Reads the sandbox's ready line from SANDBOX_READY. Ends with "all steps passed", or with the first
assertion that does not hold.
"""

import json
import os
from urllib.parse import parse_qs, urlsplit

import PureCloudPlatformClientV2 as sdk
from PureCloudPlatformClientV2.rest import ApiException

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def client(ready):
    """An API client behind a gateway, which is the SDK's way of talking to another host."""
    origin = urlsplit(ready["base_url"])
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
    """The exception of a call that must be refused."""
    try:
        call(*arguments, **options)
    except ApiException as refusal:
        return refusal
    raise AssertionError("the call was not refused")


def log_in(ready):
    api_client = client(ready)
    api_client.get_client_credentials_token(ready["client_id"], ready["client_secret"])
    assert api_client.access_token
    return api_client


def wrong_credentials_are_refused(ready):
    refusal = refused(
        client(ready).get_client_credentials_token, ready["client_id"], "not the secret"
    )
    assert refusal.status == 401, refusal.status
    assert json.loads(refusal.body)["error"] == "invalid_client", refusal.body
    refusal = refused(client(ready).get_client_credentials_token, UNKNOWN, ready["client_secret"])
    assert refusal.status == 400, refusal.status
    assert json.loads(refusal.body)["error"] == "invalid_client", refusal.body


def a_bad_token_is_refused(ready, conversation):
    api_client = client(ready)
    api_client.access_token = "made-up"
    conversations = sdk.ConversationsApi(api_client)
    refusal = refused(conversations.get_conversation_suggestions, conversation)
    assert refusal.status == 401, refusal.status
    assert json.loads(refusal.body)["code"] == "bad.credentials", refusal.body


def every_page_is_reached(conversations, conversation):
    """All suggestions, page by page, following the cursor in nextUri."""
    found, options = [], {}
    while True:
        page = conversations.get_conversation_suggestions(conversation, page_size="7", **options)
        assert page.self_uri
        found.extend(page.entities)
        assert len(found) <= 200, "paging never ends"
        if not page.next_uri:
            break
        options = {"after": parse_qs(urlsplit(page.next_uri).query)["after"][0]}
    whole = conversations.get_conversation_suggestions(conversation, page_size="200").entities
    assert len(found) > 14, "there are several pages"
    assert [s.id for s in found] == [s.id for s in whole]
    assert len({s.id for s in found}) == len(found)
    assert page.previous_uri
    return found


def payloads_are_understood(found):
    by_type = {}
    for suggestion in found:
        assert suggestion.date_created is not None
        assert suggestion.state in ("Suggested", "Accepted", "Dismissed", "Failed"), suggestion.state
        by_type.setdefault(suggestion.type, suggestion)
    search = by_type["KnowledgeSearch"].knowledge_search
    assert 0 < search.confidence <= 1
    assert search.snippets and search.title
    assert search.document.self_uri.startswith("/api/v2/knowledge/knowledgebases/")
    assert search.knowledge_answer.end_index > search.knowledge_answer.start_index
    assert by_type["KnowledgeArticle"].knowledge_article.snippets
    assert by_type["CannedResponse"].canned_response.response.id
    assert by_type["Script"].script.data["callerName"]
    assert by_type["ThirdPartySuggestion"].third_party_suggestion.text
    assert by_type["Faq"].faq.question and by_type["Article"].article.title
    assert by_type["KnowledgeSearch"].context.query_statement


def filters_work(conversations, conversation):
    scripts = conversations.get_conversation_suggestions(conversation, type="Script").entities
    assert [s.type for s in scripts] == ["Script"]
    failed = conversations.get_conversation_suggestions(conversation, state="Failed").entities
    assert failed and all(s.state == "Failed" for s in failed)


def engagements_change_the_state(conversations, conversation, found):
    fresh = [s for s in found if s.state == "Suggested"]

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
        read = conversations.get_conversation_suggestion(conversation, suggestion.id)
        assert read.id == suggestion.id
        return read.state

    assert engage(fresh[0], "Copied") == "Accepted"
    assert engage(fresh[1], "Opened") == "Accepted"
    assert engage(fresh[2], "Dismissed") == "Dismissed"
    assert engage(fresh[3], "Feedback", "Positive") == "Rated"


def what_is_not_there_is_404(conversations, ready, conversation):
    without_copilot = ready["conversations"][-1]["id"]
    for call in (
        lambda: conversations.get_conversation_suggestions(UNKNOWN),
        lambda: conversations.get_conversation_suggestions(without_copilot),
        lambda: conversations.get_conversation_suggestion(conversation, UNKNOWN),
    ):
        refusal = refused(call)
        assert refusal.status == 404, refusal.status
        body = json.loads(refusal.body)
        assert body["code"] == "not.found", body
        assert body["contextId"] == refusal.headers["ININ-Correlation-Id"]


def the_surroundings_are_understood(api_client, ready):
    knowledge = sdk.KnowledgeApi(api_client)
    base = knowledge.get_knowledge_knowledgebase(ready["knowledge_sources"][0])
    assert base.published and base.name
    limits = sdk.OrganizationApi(api_client).get_organizations_limits_namespace("platform.api")
    per_token = [limit.value for limit in limits.entities if limit.key == "token.rate.per.minute"]
    assert per_token == [300], per_token
    client_of_token = sdk.TokensApi(api_client).get_tokens_me().o_auth_client
    assert client_of_token.id == ready["client_id"]


def knowledge_is_searched(api_client, ready):
    knowledge = sdk.KnowledgeApi(api_client)
    base = ready["knowledge_sources"][0]
    body = sdk.KnowledgeDocumentSearchRequest()
    body.query = "where is my refund"
    body.page_size = 5
    body.query_type = "AutoSearch"
    found = knowledge.post_knowledge_knowledgebase_documents_search(
        base, body=body, expand=["documentVariations"]
    )
    assert found.total >= len(found.results) > 0 and found.search_id
    confidences = [result.confidence for result in found.results]
    assert confidences == sorted(confidences, reverse=True) and 0 < confidences[0] <= 1
    document = found.results[0].document
    assert document.title and document.state == "Published" and document.visible
    assert document.knowledge_base.id == base and document.document_version.id
    block = document.variations[0].body.blocks[0]
    assert block.type == "Paragraph" and block.paragraph.blocks[0].text.text
    refusal = refused(knowledge.post_knowledge_knowledgebase_documents_search, UNKNOWN, body=body)
    assert refusal.status == 404, refusal.status


def use_is_counted(api_client):
    """The counts of what the steps before have read and engaged with."""
    analytics = sdk.AnalyticsApi(api_client)
    query = sdk.AgentCopilotAggregationQuery()
    query.interval = "2020-01-01T00:00:00.000Z/2120-01-01T00:00:00.000Z"
    query.metrics = ["nDistinctSuggestions", "nDistinctConversations"]
    query.group_by = ["engagementType"]
    results = analytics.post_analytics_agentcopilots_aggregates_query(query).results
    counted = {
        result.group.get("engagementType"): {
            metric.metric: metric.stats.count for metric in result.data[0].metrics
        }
        for result in results
    }
    for kind in ("Copied", "Opened", "Dismissed", "Feedback"):
        assert counted[kind] == {"nDistinctSuggestions": 1, "nDistinctConversations": 1}, counted
    assert counted[None]["nDistinctSuggestions"] > 10, counted

    predicate = sdk.AgentCopilotAggregateQueryPredicate()
    predicate.type = "dimension"
    predicate.dimension = "suggestionType"
    predicate.operator = "matches"
    predicate.value = "Script"
    query.filter = sdk.AgentCopilotAggregateQueryFilter()
    query.filter.type = "and"
    query.filter.predicates = [predicate]
    query.group_by = ["state"]
    results = analytics.post_analytics_agentcopilots_aggregates_query(query).results
    assert [result.data[0].metrics[0].stats.count for result in results] == [1], results
    query.interval = "yesterday"
    refusal = refused(analytics.post_analytics_agentcopilots_aggregates_query, query)
    assert refusal.status == 400, refusal.status


def main():
    ready = json.loads(os.environ["SANDBOX_READY"])
    conversation = ready["conversations"][0]["id"]
    wrong_credentials_are_refused(ready)
    a_bad_token_is_refused(ready, conversation)
    api_client = log_in(ready)
    conversations = sdk.ConversationsApi(api_client)
    found = every_page_is_reached(conversations, conversation)
    payloads_are_understood(found)
    filters_work(conversations, conversation)
    engagements_change_the_state(conversations, conversation, found)
    what_is_not_there_is_404(conversations, ready, conversation)
    the_surroundings_are_understood(api_client, ready)
    knowledge_is_searched(api_client, ready)
    use_is_counted(api_client)
    print("all steps passed")


main()
