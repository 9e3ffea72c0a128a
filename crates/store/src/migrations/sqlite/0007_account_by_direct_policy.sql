-- Who has a policy by themselves.
CREATE INDEX account_by_direct_policy ON account (organisation_id, direct_policy, id)
    WHERE direct_policy IS NOT NULL;
-- Each assignment names its policy as the policy is written. Nobody keeps one that is no more, or a
-- later policy of the same name would be theirs; names that are not ASCII have no lower case here
-- and stay as they are.
UPDATE account SET direct_policy = coalesce(
    (SELECT p.name FROM policy p WHERE p.organisation_id = account.organisation_id
        AND p.name_key = lower(account.direct_policy)),
    CASE WHEN direct_policy GLOB '*[^ -~]*' THEN direct_policy END)
WHERE direct_policy IS NOT NULL;
