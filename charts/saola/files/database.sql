-- SPDX-License-Identifier: Apache-2.0
-- The database of one service with its three roles, as saola.kit.migrate.provide makes them; again and again.
-- Variables: name; the passwords come from files in the folder SECRETS.
\set ON_ERROR_STOP on
\set QUIET on
\set login `cat "$SECRETS/database-$NAME"`
\set owner `cat "$SECRETS/owner-$NAME"`
select format('create role %I', r) from unnest(array[:'name', :'name' || '_owner', :'name' || '_system']) r
where not exists (select from pg_roles where rolname = r) \gexec
select format('alter role %I login nosuperuser nobypassrls nocreaterole nocreatedb password %L', :'name', :'login') \gexec
select format('alter role %I login nosuperuser nobypassrls nocreaterole nocreatedb password %L', :'name' || '_owner', :'owner') \gexec
select format('grant %I to %I, %I with inherit false, set true', :'name' || '_system', :'name', :'name' || '_owner') \gexec
select format('create database %I owner %I', :'name', :'name' || '_owner')
where not exists (select from pg_database where datname = :'name') \gexec
select format('revoke all on database %I from public', :'name') \gexec
select format('grant connect, temporary on database %I to %I, %I, %I', :'name', :'name' || '_owner', :'name', :'name' || '_system') \gexec
