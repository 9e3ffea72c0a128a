//! What administrators set: configurations, policies and their assignments.

use visavis_domain::id::{AccountId, OrganisationId};
use visavis_policy::assignment::GroupAssignment;
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{Configuration, ExternalAccessPolicy};

use crate::column::{count, expect_one, from_json, parsed, to_json};
use crate::engine::{Next, Row};
use crate::error::StoreError;
use crate::tx::Tx;

const SELECT_CONFIGURATION: &str =
    "SELECT content, version FROM organisation_configuration WHERE organisation_id = $1";

const UPSERT_CONFIGURATION: &str = "
    INSERT INTO organisation_configuration (organisation_id, version, content)
    VALUES ($1, 1, $2)
    ON CONFLICT (organisation_id) DO UPDATE
    SET content = excluded.content, version = organisation_configuration.version + 1";

const SELECT_CONFIGURATION_VERSION: &str =
    "SELECT version FROM organisation_configuration WHERE organisation_id = $1";

const SELECT_POLICIES: &str =
    "SELECT name, content FROM policy WHERE organisation_id = $1 ORDER BY name_key";

const SELECT_POLICY: &str =
    "SELECT name, content FROM policy WHERE organisation_id = $1 AND name_key = $2";

const SELECT_POLICIES_AFTER: &str = "
    SELECT name, content FROM policy WHERE organisation_id = $1 AND name_key > $2
    ORDER BY name_key LIMIT $3";

const SELECT_POLICY_NAMES: &str =
    "SELECT name FROM policy WHERE organisation_id = $1 ORDER BY name_key";

const COUNT_POLICIES: &str = "SELECT count(*) FROM policy WHERE organisation_id = $1";

const UPSERT_POLICY: &str = "
    INSERT INTO policy (organisation_id, name_key, name, content)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (organisation_id, name_key) DO UPDATE SET content = excluded.content";

const DELETE_POLICY: &str = "DELETE FROM policy WHERE organisation_id = $1 AND name_key = $2";

const SELECT_ASSIGNMENTS: &str = "
    SELECT group_id, policy FROM group_assignment WHERE organisation_id = $1
    ORDER BY assignment_rank";

const DELETE_ASSIGNMENTS: &str = "DELETE FROM group_assignment WHERE organisation_id = $1";

const INSERT_ASSIGNMENT: &str = "
    INSERT INTO group_assignment (organisation_id, assignment_rank, group_id, policy)
    VALUES ($1, $2, $3, $4)";

const SELECT_DIRECT: &str = "SELECT direct_policy FROM account WHERE id = $1";

const UPDATE_DIRECT: &str =
    "UPDATE account SET direct_policy = $1 WHERE id = $2 AND organisation_id = $3";

const SELECT_WITH_DIRECT: &str = "
    SELECT id FROM account
    WHERE organisation_id = $1 AND direct_policy = $2 AND id > $3
    ORDER BY id LIMIT $4";

const CLEAR_DIRECT: &str =
    "UPDATE account SET direct_policy = NULL WHERE organisation_id = $1 AND direct_policy = $2";

fn read_policy(row: Row<'_>) -> Result<(PolicyName, ExternalAccessPolicy), StoreError> {
    Ok((parsed(row.get(0)?, "policy name")?, from_json(row.get(1)?, "policy")?))
}

/// # What administrators set
///
/// Each change counts the organisation's epoch up.
impl Tx<'_> {
    /// The configuration of an organisation, and how often it was set.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn configuration(
        &mut self,
        id: OrganisationId,
    ) -> Result<(Configuration, i64), StoreError> {
        let found = self.one(SELECT_CONFIGURATION, &[(&id).into()], |row| {
            Ok((from_json(row.get(0)?, "configuration")?, row.get(1)?))
        })?;
        found.ok_or(StoreError::Missing { what: "organisation" })
    }

    /// Replaces the configuration; answers its new version.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn set_configuration(
        &mut self,
        id: OrganisationId,
        configuration: &Configuration,
    ) -> Result<i64, StoreError> {
        let content = to_json(configuration)?;
        self.execute(UPSERT_CONFIGURATION, &[(&id).into(), (&content).into()])?;
        self.bump_epoch(id)?;
        let version = self.one(SELECT_CONFIGURATION_VERSION, &[(&id).into()], |row| row.get(0))?;
        version.ok_or(StoreError::Missing { what: "organisation" })
    }

    /// A policy of an organisation.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or the row cannot be read.
    pub fn find_policy(
        &mut self,
        id: OrganisationId,
        name: &PolicyName,
    ) -> Result<Option<(PolicyName, ExternalAccessPolicy)>, StoreError> {
        self.one(SELECT_POLICY, &[(&id).into(), name.key().into()], read_policy)
    }

    /// Policies of an organisation after a name, in the order of their names: at most `limit`, and
    /// no more once they have `bytes_max`. Tells whether there are more.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn list_policies(
        &mut self,
        id: OrganisationId,
        after: Option<&PolicyName>,
        limit: usize,
        bytes_max: usize,
    ) -> Result<(Vec<(PolicyName, ExternalAccessPolicy)>, bool), StoreError> {
        let after = after.map_or("", PolicyName::key);
        let (mut found, mut bytes, mut has_more) = (Vec::new(), 0, false);
        let params = [(&id).into(), after.into(), count(limit.saturating_add(1)).into()];
        self.each(SELECT_POLICIES_AFTER, &params, &mut |row| {
            has_more = found.len() >= limit || bytes >= bytes_max;
            if has_more {
                return Ok(Next::Stop);
            }
            bytes += row.get::<&str>(1)?.len();
            found.push(read_policy(row)?);
            Ok(Next::Row)
        })?;
        Ok((found, has_more))
    }

    /// The names of an organisation's policies, in their order.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_policy`].
    pub fn policy_names(&mut self, id: OrganisationId) -> Result<Vec<PolicyName>, StoreError> {
        self.many(SELECT_POLICY_NAMES, &[(&id).into()], |row| parsed(row.get(0)?, "policy name"))
    }

    /// How many policies an organisation has.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_policy`].
    pub fn count_policies(&mut self, id: OrganisationId) -> Result<usize, StoreError> {
        let found: Option<i64> = self.one(COUNT_POLICIES, &[(&id).into()], |row| row.get(0))?;
        Ok(found.and_then(|count| usize::try_from(count).ok()).unwrap_or_default())
    }

    /// Every policy of an organisation, in the order of their names.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn policies(
        &mut self,
        id: OrganisationId,
    ) -> Result<Vec<(PolicyName, ExternalAccessPolicy)>, StoreError> {
        self.many(SELECT_POLICIES, &[(&id).into()], read_policy)
    }

    /// Makes or replaces a policy. Its name stays as it was first written.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn put_policy(
        &mut self,
        id: OrganisationId,
        name: &PolicyName,
        policy: &ExternalAccessPolicy,
    ) -> Result<(), StoreError> {
        let content = to_json(policy)?;
        let params = [(&id).into(), name.key().into(), name.as_str().into(), (&content).into()];
        self.execute(UPSERT_POLICY, &params)?;
        self.bump_epoch(id)?;
        Ok(())
    }

    /// Removes a policy; tells whether it was there. Its assignments are the caller's to remove.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn delete_policy(
        &mut self,
        id: OrganisationId,
        name: &PolicyName,
    ) -> Result<bool, StoreError> {
        let touched = self.execute(DELETE_POLICY, &[(&id).into(), name.key().into()])?;
        self.bump_epoch(id)?;
        Ok(touched > 0)
    }

    /// The policies assigned to groups, in the order of their ranks.
    ///
    /// # Errors
    ///
    /// As [`Tx::policies`].
    pub fn group_assignments(
        &mut self,
        id: OrganisationId,
    ) -> Result<Vec<GroupAssignment>, StoreError> {
        self.many(SELECT_ASSIGNMENTS, &[(&id).into()], |row| {
            Ok(GroupAssignment { group: row.get(0)?, policy: parsed(row.get(1)?, "policy name")? })
        })
    }

    /// Replaces the policies assigned to groups; the first has rank 1.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn set_group_assignments(
        &mut self,
        id: OrganisationId,
        assignments: &[GroupAssignment],
    ) -> Result<(), StoreError> {
        self.execute(DELETE_ASSIGNMENTS, &[(&id).into()])?;
        for (rank, assignment) in (1_i64..).zip(assignments) {
            let policy = assignment.policy.as_str();
            let params = [(&id).into(), rank.into(), (&assignment.group).into(), policy.into()];
            self.execute(INSERT_ASSIGNMENT, &params)?;
        }
        self.bump_epoch(id)?;
        Ok(())
    }

    /// The policy assigned to a person directly.
    ///
    /// # Errors
    ///
    /// As [`Tx::policies`].
    pub fn direct_assignment(
        &mut self,
        account: AccountId,
    ) -> Result<Option<PolicyName>, StoreError> {
        let found = self.one(SELECT_DIRECT, &[(&account).into()], |row| {
            let name: Option<&str> = row.get(0)?;
            name.map(|name| parsed(name, "policy name")).transpose()
        })?;
        Ok(found.flatten())
    }

    /// Assigns a policy to a person, or takes it away.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when the organisation has no such account.
    pub fn set_direct_assignment(
        &mut self,
        id: OrganisationId,
        account: AccountId,
        policy: Option<&PolicyName>,
    ) -> Result<(), StoreError> {
        let params = [policy.map(PolicyName::as_str).into(), (&account).into(), (&id).into()];
        let touched = self.execute(UPDATE_DIRECT, &params)?;
        expect_one(touched, "account")?;
        self.bump_epoch(id)?;
        Ok(())
    }

    /// The people to whom a policy is assigned directly, in the order of their ids.
    ///
    /// # Errors
    ///
    /// As [`Tx::policies`].
    pub fn directly_assigned(
        &mut self,
        id: OrganisationId,
        policy: &PolicyName,
        after: Option<AccountId>,
        limit: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        let after = after.unwrap_or(AccountId::from_bytes([0; 16]));
        let params = [(&id).into(), policy.as_str().into(), (&after).into(), count(limit).into()];
        self.many(SELECT_WITH_DIRECT, &params, |row| row.get(0))
    }

    /// Takes a policy from everybody who has it directly; answers from how many.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn clear_direct_assignments(
        &mut self,
        id: OrganisationId,
        policy: &PolicyName,
    ) -> Result<u64, StoreError> {
        let touched = self.execute(CLEAR_DIRECT, &[(&id).into(), policy.as_str().into()])?;
        self.bump_epoch(id)?;
        Ok(touched)
    }
}
