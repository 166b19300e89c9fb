//! samestory for Python. Bindings only: rows become article views, errors become exceptions, and nothing is
//! computed here or in Python.

use pyo3::prelude::*;

// What the caller hands in.
mod articles;
mod moment;
mod options;

// What comes back.
mod agreement;
mod clustering;
mod explanation;
mod index;
mod placement;
mod plan;
mod table;

mod made;

// The library's steps, for engines that hold the tables elsewhere.
mod steps;

// Errors as exceptions, and work that can be watched and stopped.
mod error;
mod watched;

/// The native half of `samestory`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::agreement::{Agreement, Quotients, evaluate};
    #[pymodule_export]
    use crate::clustering::{Clustering, cluster};
    #[pymodule_export]
    use crate::error::StoreError;
    #[pymodule_export]
    use crate::explanation::Explanation;
    #[pymodule_export]
    use crate::index::StoryIndex;
    #[pymodule_export]
    use crate::made::generate;
    #[pymodule_export]
    use crate::placement::{Copied, IndexStory, Placement, Repair};
    #[pymodule_export]
    use crate::plan::{Plan, plan};
    #[pymodule_export]
    use crate::steps::Steps;
    #[pymodule_export]
    use crate::steps::terms::Frequencies;
    #[pymodule_export]
    use crate::table::Table;
}
