/**
 * Every measure of Nurie's own: its name, what it says, its labels, its buckets. Names never change once they are told
 * (deploy/operations/metrics.md lists them for operators, and a test compares). No label may hold a room, a guest or an address.
 */

export const histograms = {
  request: {
    name: 'nurie_http_request_seconds',
    help: 'HTTP requests by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
  },
  saved: {
    name: 'nurie_saved_seconds',
    help: 'From an update that came to its being durable',
    labelNames: [],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
  },
  commit: {
    name: 'nurie_commit_seconds',
    help: 'Time of one durable commit',
    labelNames: [],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.25, 1, 5],
  },
  queueWait: {
    name: 'nurie_queue_wait_seconds',
    help: 'From the first change that is not colored yet to the start of its draft',
    labelNames: [],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15],
  },
  frame: {
    name: 'nurie_frame_seconds',
    help: 'Time the networks took for a frame',
    labelNames: ['stage'],
    buckets: [0.01, 0.03, 0.1, 0.2, 0.4, 0.8, 2],
  },
  frameAge: {
    name: 'nurie_frame_age_seconds',
    help: 'From a change to a frame that shows it leaving for a socket',
    labelNames: ['stage'],
    buckets: [0.03, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 15, 60],
  },
} as const

export const counters = {
  refusals: {
    name: 'nurie_refusals_total',
    help: 'What was refused, by channel and code',
    labelNames: ['channel', 'code'],
  },
  dropped: {
    name: 'nurie_dropped_total',
    help: 'Events that came too fast and were dropped silently',
    labelNames: ['event'],
  },
  strokes: { name: 'nurie_strokes_total', help: 'Strokes let in', labelNames: [] },
  updates: { name: 'nurie_updates_total', help: 'Updates made durable', labelNames: [] },
  commitFailures: {
    name: 'nurie_commit_failures_total',
    help: 'Commits that failed and were tried again',
    labelNames: [],
  },
  held: {
    name: 'nurie_held_back_total',
    help: 'Connections whose changes were held back, by reason',
    labelNames: ['code'],
  },
  frameBytes: { name: 'nurie_frame_bytes_total', help: 'Bytes of encoded frames', labelNames: ['stage'] },
  framesSent: {
    name: 'nurie_frames_sent_total',
    help: 'Frames that left for a socket',
    labelNames: ['stage'],
  },
  framesSentBytes: {
    name: 'nurie_frames_sent_bytes_total',
    help: 'Bytes of the frames that left for sockets',
    labelNames: [],
  },
  catchUps: {
    name: 'nurie_catchups_total',
    help: 'Times a server read what others had written, by what made it look',
    labelNames: ['reason'],
  },
  resyncs: {
    name: 'nurie_resyncs_total',
    help: 'Documents brought up to date as a whole, by reason',
    labelNames: ['reason'],
  },
  slowCloses: {
    name: 'nurie_slow_closes_total',
    help: 'Connections hung up on because they did not keep up, by channel',
    labelNames: ['channel'],
  },
  childRestarts: {
    name: 'nurie_child_restarts_total',
    help: 'Child processes that ended and were replaced, by kind',
    labelNames: ['child'],
  },
  retention: {
    name: 'nurie_retention_rooms_total',
    help: 'Rooms that retention archived, condemned or deleted, or could not',
    labelNames: ['what'],
  },
} as const

/** Read when the metrics are asked for. `label`: one value for each of its values. */
export const gauges = {
  roomsOpen: { name: 'nurie_rooms_open', help: 'Rooms in memory' },
  rooms: { name: 'nurie_rooms', help: 'Rooms in memory, by state', label: 'state' },
  roomsUnsaved: { name: 'nurie_rooms_unsaved', help: 'Rooms whose changes could not be written yet' },
  roomsDamaged: { name: 'nurie_rooms_damaged', help: 'Rooms in which something stored is damaged' },
  roomsStored: {
    name: 'nurie_rooms_stored',
    help: 'Rooms in the store, by how they are kept',
    label: 'state',
  },
  guests: { name: 'nurie_guests', help: 'People in rooms of this server, by role', label: 'role' },
  sockets: { name: 'nurie_sockets', help: 'Sockets, by channel', label: 'channel' },
  connections: { name: 'nurie_connections', help: 'Sockets of both channels' },
  oldestUnsaved: {
    name: 'nurie_oldest_unsaved_seconds',
    help: 'Age of the oldest change that is not durable yet, 0 without',
  },
  logBytes: { name: 'nurie_log_bytes', help: 'Size of the store’s file or database' },
  diskUsed: { name: 'nurie_disk_used_share', help: 'Share of the data folder’s disk in use' },
  databaseUp: { name: 'nurie_database_up', help: '1 while the store takes writes' },
  busUp: { name: 'nurie_bus_up', help: '1 while this server hears the others' },
  coloristReady: { name: 'nurie_colorist_ready', help: '1 while there is a colorist' },
  workers: { name: 'nurie_workers', help: 'Colorists that take work' },
  queueRooms: { name: 'nurie_queue_rooms', help: 'Rooms that wait for a colorist' },
} as const

export type GaugeName = keyof typeof gauges
