//! The archive: each day of a survey that is over, as Parquet in R2. The Shards stay the source of truth.

pub(crate) mod parquet;
pub(crate) mod seal;
pub(crate) mod table;

use crate::sql::Error;
use worker::{Bucket, Env};

/// The bucket's binding. Without it there is no archive.
const BINDING: &str = "ARCHIVE";

/// The bucket, if the collector has one.
pub(crate) fn bucket(env: &Env) -> Option<Bucket> {
    env.bucket(BINDING).ok()
}

/// A store of objects by name: R2, or a map in tests. A write is seen whole or not at all.
pub(crate) trait Store {
    /// Writes an object, in place of one of the same name.
    async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Error>;
    /// The names that begin with this; a thousand at most.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, Error>;
    /// Deletes objects; one that is not there is no error.
    async fn delete(&self, names: Vec<String>) -> Result<(), Error>;
    /// Lets answers in that wait meanwhile.
    async fn pause(&self);
}

impl Store for Bucket {
    async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Error> {
        Bucket::put(self, name, bytes).execute().await?;
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let objects = Bucket::list(self).prefix(prefix).execute().await?.objects();
        Ok(objects.iter().map(worker::Object::key).collect())
    }

    async fn delete(&self, names: Vec<String>) -> Result<(), Error> {
        self.delete_multiple(names).await?;
        Ok(())
    }

    async fn pause(&self) {
        worker::Delay::from(std::time::Duration::ZERO).await;
    }
}
