//! Accounts, their addresses and their passwords.

use std::collections::BTreeSet;

use visavis_domain::account::{Account, Profile, Roles};
use visavis_domain::address::{Address, EmailAddress, PhoneNumber};
use visavis_domain::directory;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, OrganisationId};
use visavis_domain::limit::DIRECTORY_WORDS_MAX;
use visavis_domain::time::Timestamp;

use crate::column::{count, expect_one, from_json_or_default, parsed, to_json};
use crate::engine::{Engine, Next, Row};
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO account (id, organisation_id, user_principal_name, principal_key, display_name,
        name_key, mail, phone, profile, is_enabled, is_minor, roles, settings, created_at, epoch,
        password_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

const UPDATE: &str = "
    UPDATE account SET user_principal_name = $1, principal_key = $2, display_name = $3,
        name_key = $4, mail = $5, phone = $6, profile = $7, is_enabled = $8, is_minor = $9,
        roles = $10, settings = $11, epoch = epoch + 1
    WHERE id = $12";

const SELECT_BY_ID: &str = "
    SELECT id, organisation_id, user_principal_name, display_name, mail, phone, profile,
        is_enabled, is_minor, roles, settings, created_at, epoch
    FROM account WHERE id = $1";

const SELECT_BY_ADDRESS: &str = "
    SELECT a.id, a.organisation_id, a.user_principal_name, a.display_name, a.mail, a.phone,
        a.profile, a.is_enabled, a.is_minor, a.roles, a.settings, a.created_at, a.epoch
    FROM account_address d JOIN account a ON a.id = d.account WHERE d.address = $1";

const SELECT_BY_PHONE: &str = "
    SELECT id, organisation_id, user_principal_name, display_name, mail, phone, profile,
        is_enabled, is_minor, roles, settings, created_at, epoch
    FROM account WHERE organisation_id = $1 AND phone = $2 ORDER BY id LIMIT 1";

const SELECT_BY_PRINCIPAL: &str = "
    SELECT id, organisation_id, user_principal_name, display_name, mail, phone, profile,
        is_enabled, is_minor, roles, settings, created_at, epoch
    FROM account WHERE principal_key = $1";

const SELECT_BY_NAME: &str = "
    SELECT id, organisation_id, user_principal_name, display_name, mail, phone, profile,
        is_enabled, is_minor, roles, settings, created_at, epoch
    FROM account
    WHERE organisation_id = $1 AND name_key >= $2 AND name_key < $3
        AND (name_key > $4 OR (name_key = $4 AND id > $5))
    ORDER BY name_key, id LIMIT $6";

const SELECT_WITH_ROLES: &str = "
    SELECT id, organisation_id, user_principal_name, display_name, mail, phone, profile,
        is_enabled, is_minor, roles, settings, created_at, epoch
    FROM account
    WHERE organisation_id = $1 AND roles > 0 AND (roles & $2) <> 0 AND is_enabled = $3
    ORDER BY name_key, id LIMIT $4";

// What most people type: a tenth of the work of the statement for several.
const SELECT_BY_WORD: &str = "
    SELECT DISTINCT w.name_key, w.account FROM account_word w
    WHERE w.organisation_id = $1 AND w.word >= $2 AND w.word < $3
        AND (w.name_key > $4 OR (w.name_key = $4 AND w.account > $5))
    ORDER BY w.name_key, w.account LIMIT $6";

// The first word chooses the rows, the others test them: without others they take every word.
const SELECT_BY_WORDS: &str = "
    SELECT DISTINCT w.name_key, w.account FROM account_word w
    WHERE w.organisation_id = $1 AND w.word >= $2 AND w.word < $3
        AND (w.name_key > $4 OR (w.name_key = $4 AND w.account > $5))
        AND EXISTS (SELECT 1 FROM account_word o
            WHERE o.account = w.account AND o.word >= $6 AND o.word < $7)
        AND EXISTS (SELECT 1 FROM account_word o
            WHERE o.account = w.account AND o.word >= $8 AND o.word < $9)
        AND EXISTS (SELECT 1 FROM account_word o
            WHERE o.account = w.account AND o.word >= $10 AND o.word < $11)
        AND EXISTS (SELECT 1 FROM account_word o
            WHERE o.account = w.account AND o.word >= $12 AND o.word < $13)
    ORDER BY w.name_key, w.account LIMIT $14";

const SELECT_WORDS: &str = "SELECT word, name_key FROM account_word WHERE account = $1";

const DELETE_WORDS: &str = "DELETE FROM account_word WHERE account = $1";

const INSERT_WORD: &str = "
    INSERT INTO account_word (organisation_id, word, name_key, account) VALUES ($1, $2, $3, $4)";

const SELECT_NAMES: &str =
    "SELECT id, organisation_id, display_name, mail, user_principal_name FROM account";

const SELECT_COUNT: &str = "SELECT count(*) FROM account WHERE organisation_id = $1";

const SELECT_PRINCIPAL_OWNER: &str = "SELECT id FROM account WHERE principal_key = $1";

const SELECT_ADDRESSES: &str = "
    SELECT d.address FROM account_address d JOIN account a ON a.id = d.account
    WHERE d.account = $1
    ORDER BY CASE WHEN d.address = a.mail THEN 0 WHEN d.address = a.phone THEN 1 ELSE 2 END,
        d.verified_at, d.address";

const INSERT_ADDRESS: &str = "
    INSERT INTO account_address (address, account, verified_at) VALUES ($1, $2, $3)
    ON CONFLICT (address) DO NOTHING";

const DELETE_ADDRESS: &str = "DELETE FROM account_address WHERE address = $1 AND account = $2";

const SELECT_ADDRESS_OWNER: &str = "SELECT account FROM account_address WHERE address = $1";

const UPDATE_EPOCH: &str = "UPDATE account SET epoch = epoch + 1 WHERE id = $1";

const SELECT_PASSWORD: &str = "SELECT password_hash FROM account WHERE id = $1";

const UPDATE_PASSWORD: &str = "UPDATE account SET password_hash = $1 WHERE id = $2";

/// Comes after every text that people write.
const LAST_CHARACTER: char = '\u{10FFFF}';

/// Which accounts of an organisation are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DirectoryFilter {
    /// Only those whose display name begins so, without case.
    pub starts_with: Option<String>,
    /// Only those whom these words find, see [`directory::wanted`]; not with `starts_with`.
    pub words: Vec<String>,
    /// Only those after this one, named by [`directory_key`] of its display name and its id.
    pub after: Option<(String, AccountId)>,
}

/// The form of a display name by which the directory is sorted.
#[must_use]
pub fn directory_key(display_name: &str) -> String {
    display_name.to_lowercase()
}

/// # Accounts
///
/// What a verdict about an account depends on moves its epoch by itself: changing the account, its
/// addresses or its blocks counts it up.
impl Tx<'_> {
    /// Adds an account. Its addresses are added with [`Tx::insert_address`].
    ///
    /// # Errors
    ///
    /// [`StoreError::PrincipalTaken`]; [`StoreError::Conflict`] when the id is used.
    pub fn insert_account(
        &mut self,
        account: &Account,
        password_hash: Option<&str>,
    ) -> Result<(), StoreError> {
        let columns = Columns::of(account)?;
        self.expect_free_principal(account.id, &columns.principal_key)?;
        let organisation = account.home.organisation();
        let params = [
            (&account.id).into(),
            organisation.as_ref().into(),
            (&account.user_principal_name).into(),
            (&columns.principal_key).into(),
            (&account.display_name).into(),
            (&columns.name_key).into(),
            account.mail.as_ref().map(|mail| mail.as_str()).into(),
            account.phone.as_ref().map(|phone| phone.as_str()).into(),
            columns.profile.as_deref().into(),
            account.is_enabled.into(),
            account.is_minor.into(),
            account.roles.as_bits().into(),
            columns.settings.as_deref().into(),
            account.created_at.into(),
            account.epoch.into(),
            password_hash.into(),
        ];
        self.execute(INSERT, &params)?;
        self.put_words(account, &columns.name_key)
    }

    /// Changes everything about an account but its id, its home and its addresses. The stored
    /// epoch is counted up, whatever `account` says.
    ///
    /// # Errors
    ///
    /// [`StoreError::PrincipalTaken`]; [`StoreError::Missing`] when there is no such account.
    pub fn update_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let columns = Columns::of(account)?;
        self.expect_free_principal(account.id, &columns.principal_key)?;
        let params = [
            (&account.user_principal_name).into(),
            (&columns.principal_key).into(),
            (&account.display_name).into(),
            (&columns.name_key).into(),
            account.mail.as_ref().map(|mail| mail.as_str()).into(),
            account.phone.as_ref().map(|phone| phone.as_str()).into(),
            columns.profile.as_deref().into(),
            account.is_enabled.into(),
            account.is_minor.into(),
            account.roles.as_bits().into(),
            columns.settings.as_deref().into(),
            (&account.id).into(),
        ];
        let touched = self.execute(UPDATE, &params)?;
        expect_one(touched, "account")?;
        self.put_words(account, &columns.name_key)
    }

    /// The account of this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_account(&mut self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.one(SELECT_BY_ID, &[(&id).into()], read)
    }

    /// The account that this address belongs to, primary or not.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_account`].
    pub fn find_account_by_address(
        &mut self,
        address: &Address,
    ) -> Result<Option<Account>, StoreError> {
        self.one(SELECT_BY_ADDRESS, &[address.as_str().into()], read)
    }

    /// The first account of an organisation that has this telephone number in the directory,
    /// whether or not it is a verified address of that account.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_account`].
    pub fn find_account_by_phone(
        &mut self,
        organisation: OrganisationId,
        phone: &PhoneNumber,
    ) -> Result<Option<Account>, StoreError> {
        self.one(SELECT_BY_PHONE, &[(&organisation).into(), phone.as_str().into()], read)
    }

    /// The accounts of an organisation that hold any role, by display name.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_account`].
    pub fn list_accounts_with_roles(
        &mut self,
        organisation: OrganisationId,
        roles: Roles,
        limit: usize,
    ) -> Result<Vec<Account>, StoreError> {
        let values =
            [(&organisation).into(), roles.as_bits().into(), true.into(), count(limit).into()];
        self.many(SELECT_WITH_ROLES, &values, read)
    }

    /// The account that signs in by this name, given in lower case.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_account`].
    pub fn find_account_by_principal(
        &mut self,
        principal: &str,
    ) -> Result<Option<Account>, StoreError> {
        self.one(SELECT_BY_PRINCIPAL, &[principal.into()], read)
    }

    /// Accounts of an organisation, in the order of the directory: by display name, then id.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_account`].
    pub fn list_accounts(
        &mut self,
        organisation: OrganisationId,
        filter: &DirectoryFilter,
        limit: usize,
    ) -> Result<Vec<Account>, StoreError> {
        let nobody = (String::new(), AccountId::from_bytes([0; 16]));
        let after = filter.after.as_ref().unwrap_or(&nobody);
        if let Some((first, others)) = filter.words.split_first() {
            let places = self.places_by_words(organisation, (first, others), after, limit)?;
            let mut found = Vec::with_capacity(places.len());
            for id in places {
                found.extend(self.find_account(id)?);
            }
            return Ok(found);
        }
        let prefix = filter.starts_with.as_deref().map(str::to_lowercase).unwrap_or_default();
        let end = end_of(&prefix);
        let params = [
            (&organisation).into(),
            (&prefix).into(),
            (&end).into(),
            (&after.0).into(),
            (&after.1).into(),
            count(limit).into(),
        ];
        self.many(SELECT_BY_NAME, &params, read)
    }

    /// How many accounts an organisation has.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_account`].
    pub fn count_accounts(&mut self, organisation: OrganisationId) -> Result<i64, StoreError> {
        let number = self.one(SELECT_COUNT, &[(&organisation).into()], |row| row.get(0))?;
        Ok(number.unwrap_or_default())
    }

    /// The verified addresses of an account, the primary ones first.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_account`].
    pub fn addresses(&mut self, account: AccountId) -> Result<Vec<Address>, StoreError> {
        self.many(SELECT_ADDRESSES, &[(&account).into()], |row| parsed(row.get(0)?, "address"))
    }

    /// Adds a verified address; adding it to the same account again changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::AddressTaken`] when it belongs to another account of the deployment.
    pub fn insert_address(
        &mut self,
        account: AccountId,
        address: &Address,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let params = [address.as_str().into(), (&account).into(), at.into()];
        if self.execute(INSERT_ADDRESS, &params)? == 0 {
            let owner: Option<AccountId> =
                self.one(SELECT_ADDRESS_OWNER, &[address.as_str().into()], |row| row.get(0))?;
            return if owner == Some(account) { Ok(()) } else { Err(StoreError::AddressTaken) };
        }
        self.bump_account_epoch(account)
    }

    /// Takes a verified address away from an account, so that another may have it; an address that
    /// the account does not have stays where it is.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_account`].
    pub fn delete_address(
        &mut self,
        account: AccountId,
        address: &Address,
    ) -> Result<(), StoreError> {
        if self.execute(DELETE_ADDRESS, &[address.as_str().into(), (&account).into()])? == 0 {
            return Ok(());
        }
        self.bump_account_epoch(account)
    }

    /// Counts the epoch of an account up: what was decided about it before is void.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such account.
    pub fn bump_account_epoch(&mut self, account: AccountId) -> Result<(), StoreError> {
        let touched = self.execute(UPDATE_EPOCH, &[(&account).into()])?;
        expect_one(touched, "account")
    }

    /// The hash of the password, if the account has one.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_account`].
    pub fn password_hash(&mut self, account: AccountId) -> Result<Option<String>, StoreError> {
        let found = self.one(SELECT_PASSWORD, &[(&account).into()], |row| row.get(0))?;
        Ok(found.flatten())
    }

    /// Replaces the hash of the password.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such account.
    pub fn set_password_hash(
        &mut self,
        account: AccountId,
        password_hash: Option<&str>,
    ) -> Result<(), StoreError> {
        let touched = self.execute(UPDATE_PASSWORD, &[password_hash.into(), (&account).into()])?;
        expect_one(touched, "account")
    }

    /// Those whom all of these words find, in the order of the directory.
    fn places_by_words(
        &mut self,
        organisation: OrganisationId,
        (first, others): (&String, &[String]),
        (after_name, after_id): &(String, AccountId),
        limit: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        let end = end_of(first);
        let is_one = others.is_empty();
        let mut starts: Vec<(&str, String)> =
            others.iter().map(|word| (word.as_str(), end_of(word))).collect();
        if !is_one {
            starts.resize_with(DIRECTORY_WORDS_MAX - 1, || ("", end_of("")));
        }
        let mut params = vec![
            (&organisation).into(),
            first.into(),
            (&end).into(),
            after_name.into(),
            after_id.into(),
        ];
        for (start, end) in &starts {
            params.push((*start).into());
            params.push(end.into());
        }
        params.push(count(limit).into());
        let statement = if is_one { SELECT_BY_WORD } else { SELECT_BY_WORDS };
        self.many(statement, &params, |row| row.get(1))
    }

    /// Writes the words that find an account, if they are others than before. Nobody looks for
    /// personal accounts by words.
    fn put_words(&mut self, account: &Account, name_key: &str) -> Result<(), StoreError> {
        let Some(organisation) = account.home.organisation() else { return Ok(()) };
        let addresses =
            account.mail.iter().map(EmailAddress::as_str).chain([&*account.user_principal_name]);
        let words = directory::words_of(&account.display_name, addresses);
        let id = [(&account.id).into()];
        let stored: BTreeSet<(String, String)> = self
            .many(SELECT_WORDS, &id, |row| Ok((row.get(0)?, row.get(1)?)))?
            .into_iter()
            .collect();
        if stored.iter().map(|(word, _name)| word).eq(&words)
            && stored.iter().all(|(_word, name)| name == name_key)
        {
            return Ok(());
        }
        if !stored.is_empty() {
            self.execute(DELETE_WORDS, &id)?;
        }
        for word in &words {
            let params =
                [(&organisation).into(), word.into(), name_key.into(), (&account.id).into()];
            self.execute(INSERT_WORD, &params)?;
        }
        Ok(())
    }

    fn expect_free_principal(&mut self, id: AccountId, key: &str) -> Result<(), StoreError> {
        let owner: Option<AccountId> =
            self.one(SELECT_PRINCIPAL_OWNER, &[key.into()], |row| row.get(0))?;
        if owner.is_none_or(|owner| owner == id) { Ok(()) } else { Err(StoreError::PrincipalTaken) }
    }
}

/// What is stored of an account in another form than it has.
struct Columns {
    principal_key: String,
    name_key: String,
    profile: Option<String>,
    settings: Option<String>,
}

impl Columns {
    fn of(account: &Account) -> Result<Self, StoreError> {
        let has_profile = account.profile != Profile::default();
        let has_settings = account.settings != Default::default();
        Ok(Self {
            principal_key: account.user_principal_name.to_lowercase(),
            name_key: directory_key(&account.display_name),
            profile: has_profile.then(|| to_json(&account.profile)).transpose()?,
            settings: has_settings.then(|| to_json(&account.settings)).transpose()?,
        })
    }
}

/// Writes the words of all accounts, for a database that has none yet.
///
/// # Errors
///
/// When the database fails or a row cannot be read.
pub(crate) fn fill_words(engine: &mut dyn Engine) -> Result<(), StoreError> {
    let mut accounts: Vec<(AccountId, OrganisationId, String, BTreeSet<String>)> = Vec::new();
    engine.query(SELECT_NAMES, &[], &mut |row| {
        if let Some(organisation) = row.get(1)? {
            let (name, mail, principal): (&str, Option<&str>, &str) =
                (row.get(2)?, row.get(3)?, row.get(4)?);
            let words = directory::words_of(name, mail.into_iter().chain([principal]));
            accounts.push((row.get(0)?, organisation, directory_key(name), words));
        }
        Ok(Next::Row)
    })?;
    for (account, organisation, name_key, words) in &accounts {
        for word in words {
            let params = [organisation.into(), word.into(), name_key.into(), account.into()];
            engine.execute(INSERT_WORD, &params)?;
        }
    }
    Ok(())
}

/// After everything that begins with a text.
fn end_of(start: &str) -> String {
    format!("{start}{LAST_CHARACTER}")
}

fn read(row: Row<'_>) -> Result<Account, StoreError> {
    let organisation: Option<OrganisationId> = row.get(1)?;
    let mail: Option<&str> = row.get(4)?;
    let phone: Option<&str> = row.get(5)?;
    Ok(Account {
        id: row.get(0)?,
        home: organisation.map_or(Home::Personal, Home::Organisation),
        user_principal_name: row.get(2)?,
        display_name: row.get(3)?,
        mail: mail.map(|mail| parsed(mail, "e-mail address")).transpose()?,
        phone: phone.map(|phone| parsed(phone, "telephone number")).transpose()?,
        profile: from_json_or_default(row.get(6)?, "profile")?,
        is_enabled: row.get(7)?,
        is_minor: row.get(8)?,
        roles: Roles::from_bits(row.get(9)?),
        settings: from_json_or_default(row.get(10)?, "settings of an account")?,
        created_at: row.get(11)?,
        epoch: row.get(12)?,
    })
}
