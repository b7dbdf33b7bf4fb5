-- Up Migration

-- Rows of rooms change with every append: there is room beside each for its next version, so that no index is touched.
create table rooms (
  id text primary key,
  created bigint not null,
  title text not null,
  width integer not null,
  height integer not null,
  locked boolean not null,
  host_hash bytea not null,
  edit_hash bytea not null,
  view_hash bytea not null,
  host_generation integer not null,
  edit_generation integer not null,
  view_generation integer not null,
  seq bigint not null default 0,
  changes bigint not null default 0,
  revision_reserved bigint not null default 0
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table line_art (room text primary key, png bytea not null, crc bigint not null);
alter table line_art alter column png set storage external;

-- The mark tells whether an append whose answer was lost is there.
create table ops (
  room text not null,
  seq bigint not null,
  guest text not null,
  bytes bytea not null,
  crc bigint not null,
  mark uuid not null,
  received_at bigint not null,
  primary key (room, seq)
);

-- A clock that is null came with a room that was one before: nobody knows it.
create table claims (
  room text not null,
  client bigint not null,
  guest text not null,
  clock bigint,
  primary key (room, client)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

create table guests (
  room text not null,
  id text not null,
  name text not null,
  color text not null,
  role text not null,
  removed boolean not null default false,
  primary key (room, id)
);

create table snapshots (
  room text not null,
  seq bigint not null,
  bytes bytea not null,
  crc bigint not null,
  made_at bigint not null,
  primary key (room, seq)
);
alter table snapshots alter column bytes set storage external;

create table versions (
  room text not null,
  id text not null,
  kind text not null,
  name text not null,
  guest text not null,
  seq bigint not null,
  made_at bigint not null,
  strokes integer not null,
  thumbnail bytea not null,
  primary key (room, id)
);

-- nr: in which order they came, where two have the same time.
create table finished (
  room text not null,
  id text not null,
  nr bigint generated always as identity,
  guest text not null,
  x integer not null,
  y integer not null,
  gap integer not null,
  picture_x integer not null,
  picture_y integer not null,
  picture bytea not null,
  flats bytea not null,
  crc bigint not null,
  made_at bigint not null,
  primary key (room, id)
);
alter table finished alter column picture set storage external;
alter table finished alter column flats set storage external;

create table comments (
  room text not null,
  id text not null,
  nr bigint generated always as identity,
  thread text,
  guest text not null,
  x integer not null,
  y integer not null,
  text text not null,
  edited boolean not null,
  resolved boolean not null,
  made_at bigint not null,
  primary key (room, id)
);

create table probe (id integer primary key, at bigint not null) with (fillfactor = 20);
