//! The text of a block of a document, as an agent reads it.
//!
//! A paragraph is written in runs, split wherever a word is bold or a link. Runs are joined, so that
//! sentences stay whole and personal data cannot hide in the seams. Items of a list and rows of a
//! table have a line each. Pictures and the targets of links are left out.

use std::ops::Range;

use agent_assist_genesys_wire::{ContentBlock, ContentTable};

/// Stands between the cells of a row.
const CELL_SEPARATOR: &str = " | ";

/// What a block says.
#[derive(Debug, Default)]
pub(super) struct BlockText {
    /// The text, without white space at its end.
    pub(super) text: String,
    /// Whether the platform marked a stretch of it as the answer.
    has_answer: bool,
}

impl BlockText {
    /// What `block` says, blocks within it included.
    pub(super) fn of(block: &ContentBlock) -> Self {
        let mut said = Self::default();
        said.block(block);
        said.text.truncate(said.text.trim_end().len());
        said
    }

    /// The bytes of `text` that are `answer`. A block in which the platform marked nothing has none.
    ///
    /// The platform says where the answer is in offsets into single runs, in a unit it does not
    /// name; which block it is in can be relied on, and where in it, the answer itself says.
    pub(super) fn stretch(&self, answer: &str) -> Option<Range<usize>> {
        // Preparing a search costs as much as the answer is long, so hopeless ones are not begun.
        if !self.has_answer || answer.len() > self.text.len() {
            return None;
        }
        let start = self.text.find(answer)?;
        Some(start..start + answer.len())
    }

    fn block(&mut self, block: &ContentBlock) {
        if let Some(run) = &block.text {
            self.text += run.text.as_deref().unwrap_or_default();
            self.has_answer |= block.answer_highlight.is_some();
        }
        for lines in [&block.paragraph, &block.list].into_iter().flatten() {
            self.lines(lines.blocks.as_deref());
        }
        self.lines(block.blocks.as_deref());
        if let Some(table) = &block.table {
            self.table(table);
        }
    }

    /// Blocks that begin a line of their own and end it.
    fn lines(&mut self, blocks: Option<&[ContentBlock]>) {
        let Some(blocks) = blocks else { return };
        self.end_line();
        blocks.iter().for_each(|block| self.block(block));
        self.end_line();
    }

    fn table(&mut self, table: &ContentTable) {
        for row in table.rows.iter().flatten() {
            self.end_line();
            for (column, cell) in row.cells.iter().flatten().enumerate() {
                let mut inner = Self::default();
                inner.lines(cell.blocks.as_deref());
                if column > 0 {
                    self.text += CELL_SEPARATOR;
                }
                self.text += &inner.text.trim().replace('\n', " ");
                self.has_answer |= inner.has_answer;
            }
        }
        self.end_line();
    }

    fn end_line(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn said(block: Value) -> BlockText {
        BlockText::of(&serde_json::from_value(block).unwrap())
    }

    fn run(text: &str) -> Value {
        json!({"type": "Text", "text": {"text": text}})
    }

    #[test]
    fn runs_are_joined_and_items_and_rows_have_a_line_each() {
        let paragraph = json!({"type": "Paragraph", "paragraph": {"blocks": [
            run("Call 202-"), {"type": "Image", "image": {"url": "x"}}, run("555-0143 "), run("now. "),
        ]}});
        assert_eq!(said(paragraph.clone()).text, "Call 202-555-0143 now.");

        let inner = json!({"type": "UnorderedList", "list": {"blocks": [
            {"type": "ListItem", "blocks": [run("Card")]},
            {"type": "ListItem", "blocks": [run("Invoice")]},
        ]}});
        let list = json!({"type": "OrderedList", "list": {"blocks": [
            {"type": "ListItem", "blocks": [run("Ask how they "), run("paid:"), inner]},
            {"type": "ListItem", "blocks": [run("Refund.")]},
        ]}});
        assert_eq!(
            said(list).text,
            "Ask how they paid:\nCard\nInvoice\nRefund."
        );

        let table = json!({"type": "Table", "table": {"rows": [
            {"cells": [{"blocks": [run("Way")]}, {"blocks": [run("Takes")]}]},
            {"cells": [{"blocks": [paragraph.clone(), paragraph]}, {"blocks": []}, {}]},
        ]}});
        assert_eq!(
            said(table).text,
            "Way | Takes\nCall 202-555-0143 now. Call 202-555-0143 now. |  |"
        );
    }

    #[test]
    fn a_block_without_text_says_nothing() {
        for block in [
            json!({}),
            json!({"type": "Image", "image": {"url": "https://x.example"}}),
            json!({"type": "Paragraph", "paragraph": {}}),
            json!({"type": "Paragraph", "paragraph": {"blocks": [run(" \n")]}}),
            json!({"type": "Table", "table": {"rows": [{}]}}),
        ] {
            assert_eq!(said(block).text, "");
        }
    }

    #[test]
    fn an_answer_is_found_across_runs_where_the_platform_marked_its_block() {
        let highlight = json!({"startIndex": 5, "endIndex": 8});
        let mut block = json!({"type": "Paragraph", "paragraph": {"blocks": [
            run("They take "), run("30"), run(" days.")
        ]}});
        assert_eq!(said(block.clone()).stretch("30 days"), None, "not marked");
        block["paragraph"]["blocks"][1]["answerHighlight"] = highlight;
        assert_eq!(said(block.clone()).stretch("30 days"), Some(10..17));
        assert_eq!(said(block).stretch("31 days"), None);
    }
}
