-- Up Migration

-- One row: what the secret that all servers share looks like, without telling it.
create table cluster (id integer primary key check (id = 1), secret_print text not null);

-- Servers and workers that live, by what they last said of themselves.
create table nodes (
  id text primary key,
  kind text not null,
  version text not null,
  coloring text not null,
  seen_at timestamptz not null
) with (fillfactor = 20);
