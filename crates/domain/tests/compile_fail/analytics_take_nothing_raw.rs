//! Telling dashboards what the upstream sent.

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::ports::AnalyticsSink;
use agent_assist_domain::recommendation::Recommendation;

fn event(raw: Recommendation) -> AnalyticsEvent {
    AnalyticsEvent::new("event-1", raw)
}

async fn publish(sink: &dyn AnalyticsSink, raw: &Recommendation) {
    let _ = sink.publish(raw).await;
}

fn main() {}
