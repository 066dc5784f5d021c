//! One case each: what is archived, what a hold keeps, and what is refused.

use agent_assist_domain::ports::{AuditLog as _, LegalHolds as _, StoreErrorKind};
use agent_assist_domain::retention::{HoldScope, Release};
use agent_assist_sqlite::{Archived, Refusal};
use agent_assist_testkit::build::TENANT;

use super::{OtherTool, at, conversation, fill, folder, fresh, hold, online, run, used, whole_log};

#[tokio::test]
async fn old_records_leave_the_log_for_an_archive_that_verifies_alone() {
    let (store, place) = fresh().await;
    fill(&store, 0..700).await;
    let before = {
        let mut tool = OtherTool::at(&place.file()).await;
        online(&mut tool).await
    };
    let (archives, held) = run(&store, &folder(&place.file()), 600).await;
    assert!(!held);
    let ranges: Vec<_> = archives
        .iter()
        .map(|archive| (archive.manifest.first, archive.manifest.last))
        .collect();
    assert_eq!(ranges, [(1, 600)]);
    let (again, _) = run(&store, &folder(&place.file()), 600).await;
    assert_eq!(again, [], "there is nothing left to do");
    fill(&store, 700..900).await;
    store.close().await;

    let entries = whole_log(&place.file()).await;
    // And the record of the archive.
    assert_eq!(entries.len(), 901);
    let earlier: Vec<String> = before.into_iter().map(|(_, entry)| entry).collect();
    assert_eq!(entries[..700], earlier, "byte for byte");
    let mut tool = OtherTool::at(&place.file()).await;
    assert_eq!(tool.ask::<i64>("SELECT min(seq) FROM audit").await, 601);
    // Two full tiles have the hashes of 512; those of the third are needed.
    assert_eq!(
        tool.ask::<i64>("SELECT min(seq) FROM audit_leaf").await,
        513
    );
}

/// But for the record of the archive itself.
#[tokio::test]
async fn a_log_that_is_archived_whole_goes_on() {
    let (store, place) = fresh().await;
    fill(&store, 0..512).await;
    run(&store, &folder(&place.file()), 600).await;
    store.close().await;
    let store = place.open().await;
    fill(&store, 600..610).await;
    run(&store, &folder(&place.file()), 700).await;
    store.close().await;
    let store = place.open().await;
    fill(&store, 700..701).await;
    store.close().await;
    assert_eq!(whole_log(&place.file()).await.len(), 525);
}

#[tokio::test]
async fn a_record_of_a_later_time_keeps_those_behind_it() {
    let (store, place) = fresh().await;
    for second in [1, 2, 90, 3, 4] {
        store.append(&used(1, second)).await.expect("append");
    }
    let (archives, _) = run(&store, &folder(&place.file()), 50).await;
    assert_eq!(
        archives[0].manifest.last, 2,
        "the clock was set back behind it"
    );
}

#[tokio::test]
async fn no_record_behind_the_first_that_is_held_is_archived() {
    let (store, place) = fresh().await;
    fill(&store, 0..9).await;
    let id = hold(&store, conversation(2), 9).await;
    let (archives, held) = run(&store, &folder(&place.file()), 100).await;
    assert!(held);
    assert_eq!(
        archives[0].manifest.last, 2,
        "record 3 is of conversation 2"
    );

    let everything = hold(&store, HoldScope::Everything, 10).await;
    assert_eq!(
        run(&store, &folder(&place.file()), 100).await,
        (Vec::new(), true)
    );
    let mut tool = OtherTool::at(&place.file()).await;
    let refusal = tool.run("INSERT INTO audit_pruning VALUES (4, 0)").await;
    let refusal = refusal.expect_err("held");
    assert!(refusal.contains("is held"), "{refusal}");

    let release = Release {
        at: at(11),
        by: None,
    };
    for id in [everything, id] {
        assert!(store.release(TENANT, id, &release).await.expect("release"));
    }
    let (archives, held) = run(&store, &folder(&place.file()), 100).await;
    assert_eq!((archives.len(), held), (1, false));
}

/// What is archived already is held in its archive.
#[tokio::test]
async fn an_archive_with_a_conversation_that_is_held_says_so() {
    let (store, place) = fresh().await;
    fill(&store, 0..2).await;
    let (archives, _) = run(&store, &folder(&place.file()), 100).await;
    let is_held = async || store.is_archive_held(&archives[0]).await.expect("read");
    assert!(!is_held().await);
    hold(&store, conversation(2), 3).await;
    assert!(!is_held().await, "it is not in there");
    let id = hold(&store, conversation(1), 4).await;
    assert!(is_held().await);
    let release = Release {
        at: at(5),
        by: None,
    };
    store.release(TENANT, id, &release).await.expect("release");
    assert!(!is_held().await);
    hold(&store, HoldScope::Everything, 6).await;
    assert!(is_held().await);
    store.delete_archive(&archives[0]).await.expect("delete");
    store
        .delete_archive(&archives[0])
        .await
        .expect("what is deleted is deleted");
    assert_eq!(
        store.archives(&folder(&place.file())).await.expect("read"),
        []
    );
}

#[tokio::test]
async fn a_hold_that_comes_between_the_archive_and_the_boundary_stops_it() {
    let (store, place) = fresh().await;
    fill(&store, 0..9).await;
    let folder = folder(&place.file());
    let _lock = store.lock_archives(&folder).await.expect("lock");
    let Archived::Durable(archive) = store.archive(&folder, at(100)).await.expect("archive") else {
        panic!("nothing to archive");
    };
    hold(&store, conversation(2), 10).await;
    let error = store.let_go(&archive, at(100)).await.expect_err("held");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    drop(_lock);
    // The next run makes a shorter one in its place.
    let (archives, held) = run(&store, &folder, 100).await;
    assert_eq!((archives[0].manifest.last, held), (2, true));
    store.close().await;
    assert_eq!(whole_log(&place.file()).await.len(), 11);
}

#[tokio::test]
async fn a_folder_is_nobody_elses() {
    let (store, place) = fresh().await;
    let folder = folder(&place.file());
    let refusal = |error: agent_assist_domain::ports::StoreError| {
        let source = std::error::Error::source(&error);
        source
            .and_then(|source| source.downcast_ref::<Refusal>())
            .copied()
    };
    let lock = store.lock_archives(&folder).await.expect("lock");
    let error = store.lock_archives(&folder).await.expect_err("locked");
    assert_eq!(refusal(error), Some(Refusal::Archiving));
    drop(lock);
    let (other, other_place) = fresh().await;
    fill(&other, 10..14).await;
    run(&other, &folder, 100).await;
    fill(&store, 0..9).await;
    let error = store
        .archive(&folder, at(100))
        .await
        .expect_err("another's");
    assert_eq!(refusal(error), Some(Refusal::OtherArchive { first: 1 }));
    drop(other_place);
}

/// A record that somebody changed is neither archived nor let go.
#[tokio::test]
async fn records_that_are_not_in_the_tree_are_not_archived() {
    let (store, place) = fresh().await;
    fill(&store, 0..9).await;
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("DROP TRIGGER audit_record_is_never_changed")
        .await;
    tool.must(
        "UPDATE audit SET entry = replace(entry, '\"e-4\"', '\"e-9\"') WHERE entry LIKE '%\"e-4\"%'",
    )
    .await;
    let folder = folder(&place.file());
    let _lock = store.lock_archives(&folder).await.expect("lock");
    let error = store.archive(&folder, at(100)).await.expect_err("changed");
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert_eq!(store.archives(&folder).await.expect("read"), []);
}
