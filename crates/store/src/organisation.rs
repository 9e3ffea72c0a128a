//! Organisations and the domains that they have proved.

use visavis_domain::address::Domain;
use visavis_domain::audit::Hash;
use visavis_domain::id::{OrganisationId, OrganisationKey};
use visavis_domain::organisation::{Organisation, TrustClass};
use visavis_domain::time::Timestamp;
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{Configuration, ExternalAccessPolicy};

use crate::column::{count, expect_one, named, parsed};
use crate::engine::Row;
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO organisation (id, name, trust_class, created_at, epoch, audit_seq, audit_hash)
    VALUES ($1, $2, $3, $4, 1, 0, $5)";

const SELECT_BY_ID: &str = "
    SELECT organisation_key, id, name, trust_class, created_at, epoch
    FROM organisation WHERE id = $1";

const SELECT_BY_KEY: &str = "
    SELECT organisation_key, id, name, trust_class, created_at, epoch
    FROM organisation WHERE organisation_key = $1";

const SELECT_AFTER: &str = "
    SELECT organisation_key, id, name, trust_class, created_at, epoch
    FROM organisation WHERE organisation_key > $1 ORDER BY organisation_key LIMIT $2";

const UPDATE: &str = "
    UPDATE organisation SET name = $1, trust_class = $2, epoch = epoch + 1 WHERE id = $3";

const UPDATE_EPOCH: &str = "UPDATE organisation SET epoch = epoch + 1 WHERE id = $1";

const SELECT_EPOCH: &str = "SELECT epoch FROM organisation WHERE id = $1";

const SELECT_EPOCH_BY_KEY: &str = "SELECT epoch FROM organisation WHERE organisation_key = $1";

const SELECT_BY_DOMAIN: &str = "SELECT organisation_id FROM organisation_domain WHERE domain = $1";

const SELECT_DOMAINS: &str = "
    SELECT domain FROM organisation_domain WHERE organisation_id = $1
    ORDER BY is_default DESC, proved_at, domain";

const UPDATE_NO_DEFAULT: &str =
    "UPDATE organisation_domain SET is_default = 0 WHERE organisation_id = $1";

const UPSERT_DOMAIN: &str = "
    INSERT INTO organisation_domain (domain, organisation_id, is_default, proved_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (domain) DO UPDATE SET is_default = excluded.is_default";

/// # Organisations
///
/// What a verdict depends on moves the epoch by itself: a write that changes an organisation, its
/// domains, its settings, its groups or its assignments counts it up.
impl Tx<'_> {
    /// Founds an organisation with the configuration of a new one and its policy `Global`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when the id is used.
    pub fn insert_organisation(
        &mut self,
        id: OrganisationId,
        name: &str,
        trust_class: TrustClass,
        at: Timestamp,
    ) -> Result<OrganisationKey, StoreError> {
        let params = [
            (&id).into(),
            name.into(),
            trust_class.as_str().into(),
            at.into(),
            (&Hash::ZERO).into(),
        ];
        let key = self.insert(INSERT, &params, "organisation_key")?;
        self.set_configuration(id, &Configuration::default())?;
        self.put_policy(id, &PolicyName::global(), &ExternalAccessPolicy::default())?;
        Ok(OrganisationKey(key))
    }

    /// The organisation of this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_organisation(
        &mut self,
        id: OrganisationId,
    ) -> Result<Option<Organisation>, StoreError> {
        let found = self.one(SELECT_BY_ID, &[(&id).into()], read)?;
        self.with_domains(found)
    }

    /// The organisation of this key; none for the personal realm.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_organisation`].
    pub fn find_organisation_by_key(
        &mut self,
        key: OrganisationKey,
    ) -> Result<Option<Organisation>, StoreError> {
        let found = self.one(SELECT_BY_KEY, &[key.into()], read)?;
        self.with_domains(found)
    }

    /// The organisation that has proved exactly this domain: the class of its addresses.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_organisation`].
    pub fn find_organisation_by_domain(
        &mut self,
        domain: &Domain,
    ) -> Result<Option<OrganisationId>, StoreError> {
        self.one(SELECT_BY_DOMAIN, &[domain.as_str().into()], |row| row.get(0))
    }

    /// Organisations in the order of their keys.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_organisation`].
    pub fn list_organisations(
        &mut self,
        after: Option<OrganisationKey>,
        limit: usize,
    ) -> Result<Vec<Organisation>, StoreError> {
        let after = after.unwrap_or(OrganisationKey::PERSONAL);
        let mut found = self.many(SELECT_AFTER, &[after.into(), count(limit).into()], read)?;
        for organisation in &mut found {
            organisation.domains = self.domains(organisation.id)?;
        }
        Ok(found)
    }

    /// Changes the name and the trust class.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn update_organisation(
        &mut self,
        id: OrganisationId,
        name: &str,
        trust_class: TrustClass,
    ) -> Result<(), StoreError> {
        let params = [name.into(), trust_class.as_str().into(), (&id).into()];
        let touched = self.execute(UPDATE, &params)?;
        expect_one(touched, "organisation")
    }

    /// Notes that an organisation has proved a domain; proving it again only changes whether it is
    /// the default one.
    ///
    /// # Errors
    ///
    /// [`StoreError::DomainTaken`] when it belongs to another organisation.
    pub fn insert_domain(
        &mut self,
        id: OrganisationId,
        domain: &Domain,
        is_default: bool,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let owner = self.find_organisation_by_domain(domain)?;
        if owner.is_some_and(|owner| owner != id) {
            return Err(StoreError::DomainTaken);
        }
        if is_default {
            self.execute(UPDATE_NO_DEFAULT, &[(&id).into()])?;
        }
        let params = [domain.as_str().into(), (&id).into(), is_default.into(), at.into()];
        self.execute(UPSERT_DOMAIN, &params)?;
        self.bump_epoch(id)?;
        Ok(())
    }

    /// Counts the epoch up: whatever was compiled before is void. Answers the new one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn bump_epoch(&mut self, id: OrganisationId) -> Result<i64, StoreError> {
        let touched = self.execute(UPDATE_EPOCH, &[(&id).into()])?;
        expect_one(touched, "organisation")?;
        let epoch = self.one(SELECT_EPOCH, &[(&id).into()], |row| row.get(0))?;
        epoch.ok_or(StoreError::Missing { what: "organisation" })
    }

    /// The epoch of an organisation; 0 for the personal realm, which never changes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn epoch_of(&mut self, key: OrganisationKey) -> Result<i64, StoreError> {
        if key == OrganisationKey::PERSONAL {
            return Ok(0);
        }
        let epoch = self.one(SELECT_EPOCH_BY_KEY, &[key.into()], |row| row.get(0))?;
        epoch.ok_or(StoreError::Missing { what: "organisation" })
    }

    fn with_domains(
        &mut self,
        found: Option<Organisation>,
    ) -> Result<Option<Organisation>, StoreError> {
        let Some(mut organisation) = found else { return Ok(None) };
        organisation.domains = self.domains(organisation.id)?;
        Ok(Some(organisation))
    }

    fn domains(&mut self, id: OrganisationId) -> Result<Vec<Domain>, StoreError> {
        self.many(SELECT_DOMAINS, &[(&id).into()], |row| parsed(row.get(0)?, "domain"))
    }
}

fn read(row: Row<'_>) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        key: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        trust_class: named(row.get(3)?, "trust class", TrustClass::from_name)?,
        created_at: row.get(4)?,
        epoch: row.get(5)?,
        domains: Vec::new(),
    })
}
