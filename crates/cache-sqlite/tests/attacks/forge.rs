//! What an attacker does to a copy of the store.

use std::fs;
use std::path::PathBuf;

use agent_assist_domain::audit::{Damage, LogHead, Seq};
use agent_assist_tlog::{Hash, TileWriter, leaf_hash};

use super::{Attack, OtherTool, beside};

impl Attack {
    pub(super) fn called(self, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { name, ..self }
    }

    /// With a state of the log that somebody kept elsewhere.
    pub(super) fn against(self, head: LogHead) -> Self {
        let known = vec![head];
        Self { known, ..self }
    }

    pub(super) fn finds(self, damage: Damage, seq: Option<Seq>) -> Self {
        let found = Some((damage, seq));
        Self { found, ..self }
    }

    /// A tool that nothing stops.
    pub(super) async fn tool(&self) -> OtherTool {
        let mut tool = OtherTool::at(&self.file()).await;
        let drop: Vec<String> = sqlx::query_scalar(
            "SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'",
        )
        .fetch_all(&mut tool.0)
        .await
        .expect("triggers");
        for drop in drop {
            tool.must(drop).await;
        }
        tool.must("PRAGMA ignore_check_constraints = ON").await;
        tool
    }

    pub(super) async fn run(&self, statements: &[&str]) {
        let mut tool = self.tool().await;
        for statement in statements {
            tool.must(*statement).await;
        }
        tool.leave().await;
    }

    /// The file beside the store.
    pub(super) fn sidecar(&self) -> PathBuf {
        beside(&self.file(), ".audit-head")
    }

    /// Writes leaves, tiles and head anew as the records have them; chains them anew, too, if asked.
    pub(super) async fn hash_again(&self, chained: bool) {
        let mut tool = self.tool().await;
        let rows: Vec<(i64, String)> = sqlx::query_as("SELECT seq, entry FROM audit ORDER BY seq")
            .fetch_all(&mut tool.0)
            .await
            .expect("entries");
        let mut tree = TileWriter::new();
        let mut full = Vec::new();
        let mut leaves: Vec<Hash> = Vec::new();
        for (seq, mut entry) in rows {
            if chained && let Some(last) = leaves.last() {
                let start = entry.find("\"prev\":\"").expect("a chained entry") + 8;
                entry.replace_range(start..start + 64, &last.to_string());
                sqlx::query("UPDATE audit SET entry = ?1 WHERE seq = ?2")
                    .bind(&entry)
                    .bind(seq)
                    .execute(&mut tool.0)
                    .await
                    .expect("update");
            }
            let leaf = leaf_hash(entry.as_bytes());
            leaves.push(leaf);
            full.extend(tree.append([leaf]).expect("room"));
        }
        store_tree(&mut tool, &tree, full, &leaves).await;
        tool.leave().await;
    }

    /// What the file beside the store says when it tells of this head.
    pub(super) fn forge_sidecar(&self, size: u64, root: &str) {
        let text = format!(
            "agent-assist audit head 1\nbefore {:020}\nsize {size:020}\nroot {root}\n",
            0
        );
        let check = leaf_hash(text.as_bytes());
        let mut slot = format!("{text}check {check}\n").into_bytes();
        slot.resize(512, b'\n');
        fs::write(self.sidecar(), [slot.clone(), slot].concat()).expect("write");
    }
}

/// Puts leaves, tiles and head in the place of those that are there.
async fn store_tree(
    tool: &mut OtherTool,
    tree: &TileWriter,
    full: Vec<agent_assist_tlog::Tile>,
    leaves: &[Hash],
) {
    tool.must("DELETE FROM audit_leaf").await;
    tool.must("DELETE FROM audit_tile").await;
    for (seq, leaf) in (1_i64..).zip(leaves) {
        sqlx::query("INSERT INTO audit_leaf VALUES (?1, ?2)")
            .bind(seq)
            .bind(leaf.as_bytes().to_vec())
            .execute(&mut tool.0)
            .await
            .expect("insert");
    }
    let partial = tree.partials().filter(|tile| tile.id.level > 0);
    for tile in full.into_iter().chain(partial) {
        sqlx::query("INSERT INTO audit_tile VALUES (?1, ?2, ?3)")
            .bind(i64::from(tile.id.level))
            .bind(tile.id.index as i64)
            .bind(tile.to_bytes())
            .execute(&mut tool.0)
            .await
            .expect("insert");
    }
    let head = tree.frontier().head();
    sqlx::query("UPDATE audit_head SET size = ?1, root = ?2, frontier = ?3, last_leaf = ?4")
        .bind(head.size as i64)
        .bind(head.root.as_bytes().to_vec())
        .bind(tree.frontier().to_bytes())
        .bind(leaves.last().map(|leaf| leaf.as_bytes().to_vec()))
        .execute(&mut tool.0)
        .await
        .expect("update");
}
