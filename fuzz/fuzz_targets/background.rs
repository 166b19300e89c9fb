//! Any bytes as a background table: refused, or a table that is read, written and used without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use samestory::{Article, Background, Clusterer, ErrorKind, StoryIndex};

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // and what may be one
    let table = [b"ssbackg1", bytes].concat();
    if check(&table) {
        // exactly one table: not less, not more
        assert!(!check(&table[..table.len() - 1]));
        assert!(!check(&[&table, &b"\0"[..]].concat()));
    }
});

/// Whether these bytes are a table.
fn check(bytes: &[u8]) -> bool {
    let table = match Background::from_bytes(bytes) {
        Ok(table) => table,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::CorruptBackground);
            return false;
        }
    };
    // as many articles and terms as the header says
    let header = [table.articles(), table.len() as u32].map(u32::to_le_bytes);
    assert_eq!(bytes[8..16], *header.concat());
    let written = table.to_bytes();
    assert!(written.len() <= bytes.len());
    assert_eq!(Background::from_bytes(&written).as_ref(), Ok(&table));
    assert_eq!(table.is_empty(), table.len() == 0);
    assert!(table.document_frequency("ferry") <= table.articles());
    use_it(table);
    true
}

/// Numbers of any size in the table are no reason to fail.
fn use_it(table: Background) {
    let ferry = Article::new("a", "Ferry aground off Marr", "The ferry ran aground.");
    let tugs = Article::new("b", "Ferry refloated", "Tugs pulled the ferry off.");
    let clusterer = Clusterer::new().with_background(table);
    let index = StoryIndex::with_clusterer(&clusterer);
    index.insert_many(&[ferry, tugs]).expect("it is in memory");
    assert_eq!(index.len(), 2);
    let clustering = clusterer.cluster(&[ferry, tugs]).expect("ids differ");
    assert!(matches!(clustering.stories().len(), 1 | 2));
}
