-- Up Migration

-- When a room was last used before this was noted nobody knows: now. A server of the version before makes rooms without saying.
alter table rooms add column used_at bigint not null default (extract(epoch from now()) * 1000)::bigint;
alter table rooms add column archived_at bigint;
alter table rooms add column condemned_at bigint;
