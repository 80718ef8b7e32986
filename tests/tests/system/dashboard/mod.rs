//! The dashboard at `/`, as dispatchers and operators use it with a browser of their own.

mod keys;
mod tokens;
mod visitor;
mod walk;
