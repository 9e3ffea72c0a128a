//! Groups of accounts, which carry policy assignments.

use visavis_domain::account::Group;
use visavis_domain::id::{AccountId, GroupId, OrganisationId};

use crate::column::{count, expect_one};
use crate::engine::Row;
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO account_group (organisation_id, group_id, display_name, created_at)
    VALUES ($1, $2, $3, $4)";

const SELECT: &str = "
    SELECT group_id, display_name, created_at FROM account_group
    WHERE organisation_id = $1 AND group_id = $2";

const SELECT_AFTER: &str = "
    SELECT group_id, display_name, created_at FROM account_group
    WHERE organisation_id = $1 AND group_id > $2 ORDER BY group_id LIMIT $3";

const UPDATE_NAME: &str = "
    UPDATE account_group SET display_name = $1 WHERE organisation_id = $2 AND group_id = $3";

const COUNT: &str = "SELECT count(*) FROM account_group WHERE organisation_id = $1";

const DELETE: &str = "DELETE FROM account_group WHERE organisation_id = $1 AND group_id = $2";

const DELETE_MEMBERS: &str =
    "DELETE FROM group_member WHERE organisation_id = $1 AND group_id = $2";

const INSERT_MEMBER: &str = "
    INSERT INTO group_member (organisation_id, group_id, account) VALUES ($1, $2, $3)
    ON CONFLICT (organisation_id, group_id, account) DO NOTHING";

const DELETE_MEMBER: &str = "
    DELETE FROM group_member WHERE organisation_id = $1 AND group_id = $2 AND account = $3";

const SELECT_MEMBERS: &str = "
    SELECT account FROM group_member
    WHERE organisation_id = $1 AND group_id = $2 AND account > $3 ORDER BY account LIMIT $4";

const SELECT_OF_ACCOUNT: &str =
    "SELECT group_id FROM group_member WHERE account = $1 ORDER BY group_id";

/// # Groups of accounts
///
/// Each change but that of a name counts the organisation's epoch up.
impl Tx<'_> {
    /// Adds a group.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when the id is used in the organisation.
    pub fn insert_group(
        &mut self,
        organisation: OrganisationId,
        group: &Group,
    ) -> Result<(), StoreError> {
        let params = [
            (&organisation).into(),
            (&group.id).into(),
            (&group.display_name).into(),
            group.created_at.into(),
        ];
        self.execute(INSERT, &params)?;
        self.bump_epoch(organisation)?;
        Ok(())
    }

    /// The group of this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_group(
        &mut self,
        organisation: OrganisationId,
        group: GroupId,
    ) -> Result<Option<Group>, StoreError> {
        self.one(SELECT, &[(&organisation).into(), (&group).into()], read)
    }

    /// Groups of an organisation, in the order of their ids.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_group`].
    pub fn list_groups(
        &mut self,
        organisation: OrganisationId,
        after: Option<GroupId>,
        limit: usize,
    ) -> Result<Vec<Group>, StoreError> {
        let after = after.unwrap_or(GroupId::from_bytes([0; 16]));
        let params = [(&organisation).into(), (&after).into(), count(limit).into()];
        self.many(SELECT_AFTER, &params, read)
    }

    /// Gives a group another name. No verdict depends on it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when the organisation has no such group.
    pub fn rename_group(
        &mut self,
        organisation: OrganisationId,
        group: GroupId,
        display_name: &str,
    ) -> Result<(), StoreError> {
        let params = [display_name.into(), (&organisation).into(), (&group).into()];
        expect_one(self.execute(UPDATE_NAME, &params)?, "group")
    }

    /// How many groups an organisation has.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn count_groups(&mut self, organisation: OrganisationId) -> Result<usize, StoreError> {
        let found: Option<i64> = self.one(COUNT, &[(&organisation).into()], |row| row.get(0))?;
        Ok(found.and_then(|count| usize::try_from(count).ok()).unwrap_or_default())
    }

    /// Removes a group with its memberships; tells whether it was there. Policy assignments to it
    /// are the caller's part.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn delete_group(
        &mut self,
        organisation: OrganisationId,
        group: GroupId,
    ) -> Result<bool, StoreError> {
        let params = [(&organisation).into(), (&group).into()];
        self.execute(DELETE_MEMBERS, &params)?;
        let touched = self.execute(DELETE, &params)?;
        self.bump_epoch(organisation)?;
        Ok(touched > 0)
    }

    /// Puts an account into a group; tells whether it was not there before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn add_group_member(
        &mut self,
        organisation: OrganisationId,
        group: GroupId,
        account: AccountId,
    ) -> Result<bool, StoreError> {
        let params = [(&organisation).into(), (&group).into(), (&account).into()];
        let touched = self.execute(INSERT_MEMBER, &params)?;
        self.bump_epoch(organisation)?;
        Ok(touched > 0)
    }

    /// Takes an account out of a group; tells whether it was there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn remove_group_member(
        &mut self,
        organisation: OrganisationId,
        group: GroupId,
        account: AccountId,
    ) -> Result<bool, StoreError> {
        let params = [(&organisation).into(), (&group).into(), (&account).into()];
        let touched = self.execute(DELETE_MEMBER, &params)?;
        self.bump_epoch(organisation)?;
        Ok(touched > 0)
    }

    /// The accounts in a group, in the order of their ids.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_group`].
    pub fn group_members(
        &mut self,
        organisation: OrganisationId,
        group: GroupId,
        after: Option<AccountId>,
        limit: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        let after = after.unwrap_or(AccountId::from_bytes([0; 16]));
        let params =
            [(&organisation).into(), (&group).into(), (&after).into(), count(limit).into()];
        self.many(SELECT_MEMBERS, &params, |row| row.get(0))
    }

    /// The groups that an account is in.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_group`].
    pub fn groups_of(&mut self, account: AccountId) -> Result<Vec<GroupId>, StoreError> {
        self.many(SELECT_OF_ACCOUNT, &[(&account).into()], |row| row.get(0))
    }
}

fn read(row: Row<'_>) -> Result<Group, StoreError> {
    Ok(Group { id: row.get(0)?, display_name: row.get(1)?, created_at: row.get(2)? })
}
