//! A read model's table as a declaration: its columns once, and from them the row, its key, its binary form and the
//! statements that load and write it.
//!
//! Written statements are made from the declaration (`sink`), read statements are checked SQL files; a test compares
//! every declaration with the database. Rows are kept in memory while a batch is folded: [`Keyed`] rows change,
//! [`Appended`] rows are only added.

use sqlx::Postgres;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// A statement that gets its columns bound.
pub type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// A column as declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Its name.
    pub name: &'static str,
    /// The type that Postgres calls it by.
    pub sql_type: &'static str,
    /// True when it may be absent.
    pub nullable: bool,
}

/// A table as declared; `ledger_id` and `generation` stand before its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSpec {
    /// Its name in the schema `read_model`.
    pub name: &'static str,
    /// Its columns, those of the key first.
    pub columns: &'static [ColumnSpec],
    /// How many of them are the key.
    pub key_columns: usize,
}

/// A row of a read model: a function of its ledger's prefix and of nothing else.
pub trait Row: Clone + Send + Sync + Sized + Unpin + 'static {
    /// What tells its rows of one ledger apart.
    type Key: Clone + Eq + Hash + Send + Sync + 'static;
    /// The declaration.
    const TABLE: TableSpec;

    /// The row's key.
    fn key(&self) -> Self::Key;
    /// Appends the binary form of every column.
    fn put(&self, out: &mut Vec<u8>);
    /// Appends bytes that sort as Postgres sorts the key.
    fn put_key(&self, out: &mut Vec<u8>);
    /// Binds each column of the rows as one array.
    fn bind<'q>(rows: &[&Self], statement: Statement<'q>) -> Statement<'q>;
    /// Binds each column of the keys as one array.
    fn bind_keys<'q>(keys: &[Self::Key], statement: Statement<'q>) -> Statement<'q>;
    /// Reads the columns that follow the first `skip` ones of an answer.
    ///
    /// # Errors
    /// When the answer has other columns.
    fn read(row: &PgRow, skip: usize) -> Result<Self, sqlx::Error>;
}

/// Declares a table: the columns of its key, then the others.
macro_rules! table {
    ($(#[$meta:meta])* pub struct $name:ident of $table:literal {
        key { $($(#[$kmeta:meta])* $key:ident: $ktype:ty,)+ }
        $($(#[$cmeta:meta])* $column:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$kmeta])* pub $key: $ktype,)+
            $($(#[$cmeta])* pub $column: $type,)*
        }

        impl $crate::table::Row for $name {
            type Key = ($($ktype,)+);
            const TABLE: $crate::table::TableSpec = $crate::table::TableSpec {
                name: $table,
                columns: &[
                    $($crate::table::column::<$ktype>(stringify!($key)),)+
                    $($crate::table::column::<$type>(stringify!($column)),)*
                ],
                key_columns: [$(stringify!($key)),+].len(),
            };

            fn key(&self) -> Self::Key {
                ($(self.$key.clone(),)+)
            }
            fn put(&self, out: &mut Vec<u8>) {
                $($crate::column::Column::put(&self.$key, out);)+
                $($crate::column::Column::put(&self.$column, out);)*
            }
            fn put_key(&self, out: &mut Vec<u8>) {
                $($crate::column::Column::put_ordered(&self.$key, out);)+
            }
            fn bind<'q>(rows: &[&Self], statement: $crate::table::Statement<'q>) -> $crate::table::Statement<'q> {
                $(let statement = statement.bind(rows.iter().map(|row| row.$key.clone()).collect::<Vec<$ktype>>());)+
                $(let statement = statement.bind(rows.iter().map(|row| row.$column.clone()).collect::<Vec<$type>>());)*
                statement
            }
            fn bind_keys<'q>(
                keys: &[Self::Key],
                statement: $crate::table::Statement<'q>,
            ) -> $crate::table::Statement<'q> {
                struct Columns { $($key: Vec<$ktype>),+ }
                let mut columns = Columns { $($key: Vec::with_capacity(keys.len())),+ };
                for key in keys {
                    let ($($key,)+) = key.clone();
                    $(columns.$key.push($key);)+
                }
                $(let statement = statement.bind(columns.$key);)+
                statement
            }
            fn read(row: &sqlx::postgres::PgRow, skip: usize) -> Result<Self, sqlx::Error> {
                use sqlx::Row as _;
                let mut columns = skip..;
                let mut next = || columns.next().unwrap_or_default();
                Ok(Self { $($key: row.try_get(next())?,)+ $($column: row.try_get(next())?,)* })
            }
        }
    };
}
pub(crate) use table;

/// The declaration of one column.
pub const fn column<C: crate::column::Column>(name: &'static str) -> ColumnSpec {
    ColumnSpec { name, sql_type: C::SQL, nullable: C::NULLABLE }
}

/// The rows of a table whose rows change.
///
/// A live fold knows only the rows that were loaded for its batch. What it asks for beyond them is noted as wanted; the
/// caller loads it, forgets the changes and folds the batch again, until nothing is wanted. A rebuild knows all rows.
#[derive(Debug)]
pub struct Keyed<R: Row> {
    complete: bool,
    loaded: HashMap<R::Key, Option<R>>,
    changed: HashMap<R::Key, R>,
    wanted: HashSet<R::Key>,
}

impl<R: Row> Keyed<R> {
    /// No rows; `complete` when no other rows exist.
    pub(crate) fn new(complete: bool) -> Self {
        Self { complete, loaded: HashMap::new(), changed: HashMap::new(), wanted: HashSet::new() }
    }

    /// The row of a key, if there is one.
    pub fn get(&mut self, key: &R::Key) -> Option<&R> {
        if self.complete {
            return self.changed.get(key);
        }
        if self.changed.contains_key(key) {
            return self.changed.get(key);
        }
        match self.loaded.get(key) {
            Some(row) => row.as_ref(),
            None => {
                self.wanted.insert(key.clone());
                None
            }
        }
    }

    /// The row of a key, to be changed, if there is one.
    pub fn get_mut(&mut self, key: &R::Key) -> Option<&mut R> {
        if self.complete {
            return self.changed.get_mut(key);
        }
        match self.changed.entry(key.clone()) {
            Entry::Occupied(row) => Some(row.into_mut()),
            Entry::Vacant(place) => match self.loaded.get(key) {
                Some(row) => row.clone().map(|row| place.insert(row)),
                None => {
                    self.wanted.insert(key.clone());
                    None
                }
            },
        }
    }

    /// The row of a key, to be changed; made when there is none.
    pub fn get_or(&mut self, key: &R::Key, make: impl FnOnce() -> R) -> &mut R {
        match self.changed.entry(key.clone()) {
            Entry::Occupied(row) => row.into_mut(),
            Entry::Vacant(place) => {
                let loaded = if self.complete { Some(None) } else { self.loaded.get(key).cloned() };
                if loaded.is_none() {
                    self.wanted.insert(key.clone());
                }
                place.insert(loaded.flatten().unwrap_or_else(make))
            }
        }
    }

    /// Puts a row in, whatever stood there.
    pub fn insert(&mut self, row: R) {
        self.changed.insert(row.key(), row);
    }

    /// Keys asked for and not loaded yet.
    pub(crate) fn take_wanted(&mut self) -> Vec<R::Key> {
        self.wanted.drain().collect()
    }

    /// True when something was asked for that is not loaded.
    pub(crate) fn wants(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Notes what the database holds under a key.
    pub(crate) fn load(&mut self, key: R::Key, row: Option<R>) {
        self.loaded.insert(key, row);
    }

    /// Forgets what was changed, not what was loaded.
    pub(crate) fn forget_changes(&mut self) {
        self.changed.clear();
    }

    /// Takes what was written as loaded, so that the next batch need not load it again.
    pub(crate) fn keep_changes(&mut self) {
        self.loaded.extend(self.changed.drain().map(|(key, row)| (key, Some(row))));
    }

    /// Rows kept in memory.
    pub(crate) fn len(&self) -> usize {
        self.loaded.len() + self.changed.len()
    }

    /// The rows to write; after a rebuild, all.
    pub fn rows(&self) -> impl Iterator<Item = &R> {
        self.changed.values()
    }
}

/// The rows added to a table whose rows never change.
#[derive(Debug)]
pub struct Appended<R: Row> {
    rows: Vec<R>,
}

impl<R: Row> Default for Appended<R> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

impl<R: Row> Appended<R> {
    /// Adds a row.
    pub fn push(&mut self, row: R) {
        self.rows.push(row);
    }

    /// The rows to write.
    pub fn rows(&self) -> impl Iterator<Item = &R> {
        self.rows.iter()
    }

    /// Forgets the rows: they are written, or will be folded again.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }

    /// Rows kept in memory.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}
