-- SPDX-License-Identifier: Apache-2.0
-- The database of Keycloak, which owns it; again and again.
\set ON_ERROR_STOP on
\set QUIET on
\set login `cat "$SECRETS/database-keycloak"`
select 'create role keycloak' where not exists (select from pg_roles where rolname = 'keycloak') \gexec
select format('alter role keycloak login password %L', :'login') \gexec
select 'create database keycloak owner keycloak' where not exists (select from pg_database where datname = 'keycloak') \gexec
revoke all on database keycloak from public;
