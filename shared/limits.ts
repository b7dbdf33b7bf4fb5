/**
 * Every number that bounds what a person or a client may send. The server refuses what is over; an honest client stays far
 * below. Those that an operator may change (`NURIE_LIMIT_*`) are read in server/config.ts, with these as their defaults.
 */
export const limits = {
  /** Bytes of one uploaded picture. */
  uploadBytes: 10 * 1024 * 1024,
  /** Bytes of one uploaded file with layers or a whole room: PSD, OpenRaster, .nurie. */
  fileBytes: 32 * 1024 * 1024,
  /** Layers of one, groups among them. */
  layers: 1_000,
  /** Pixels of one uploaded picture (width x height). */
  uploadPixels: 24_000_000,
  /** Longest side of one uploaded picture, before it is brought down to `pageSide`. */
  uploadSide: 8192,
  /** Bytes and pixels of a picture that the browser makes small enough before it sends it. */
  photoBytes: 64 * 1024 * 1024,
  photoPixels: 64_000_000,
  /** Longest side of a page's line art, in pixels. */
  pageSide: 4096,
  /** Bytes of one live Yjs update. */
  frameBytes: 64 * 1024,
  /** Bytes of one catch-up (sync step 2). */
  catchupBytes: 2 * 1024 * 1024,
  /** Bytes of one socket.io message. */
  socketBytes: 64 * 1024,
  /** Messages a second of one connection, and how many may come at once. */
  messages: 90,
  messageBurst: 180,
  /** Committed strokes a second of one connection, and how many may come at once (after a reconnect). */
  commits: 10,
  commitBurst: 200,
  /** Cursor and live messages a second; what is over is dropped silently. */
  cursors: 20,
  lives: 30,
  /** Sights a second that a followed guest sends; what is over is dropped silently. */
  sights: 12,
  /** Pings and reactions a second, and how many may come at once; what is over is dropped silently. */
  pings: 3,
  pingBurst: 8,
  /** Changes of whom to follow and of the spotlight a second, and how many may come at once. */
  follows: 3,
  followBurst: 12,
  strokes: 20_000,
  /** Points of one stroke. */
  points: 2_000,
  /** Bytes of one room's document. */
  roomBytes: 8 * 1024 * 1024,
  editors: 30,
  viewers: 20,
  /** Sockets an address may hold. */
  connections: 120,
  /** Sockets an address may open in ten seconds. */
  connects: 480,
  roomsPerHour: 30,
  /** Seconds an empty room stays in memory. */
  idleSeconds: 60,
  /** Share of the disk in use from which no new room is made, and from which nothing is written. */
  diskRooms: 0.8,
  diskReadonly: 0.9,
  /** Unless those shares were set: so many free bytes are enough, for a tenth of a large disk is much. */
  diskPlentyBytes: 8 * 1024 ** 3,
  /** Characters of a stroke's id, a guest's id and a swatch's key. */
  idLength: 64,
  /** Graphemes of a guest's name and of a page's title. */
  nameLength: 24,
  titleLength: 60,
  /** Diameter of a brush or eraser, and the gap a fill closes, in 1/8 page pixels. */
  strokeWidth: 8 * 512,
  /** How far from the origin a point may lie, in 1/8 page pixels: twice the largest page. */
  coordinate: 8 * 2 * 4096,
  /** Silence after which a live stroke is forgotten. */
  liveSilenceMs: 10_000,
  paletteEntries: 256,
  /** Versions of a page that people gave a name, and its graphemes. */
  versions: 100,
  versionName: 60,
  /** Comments of a page, answers among them, and the graphemes and lines of one. */
  comments: 500,
  commentLength: 500,
  commentLines: 20,
  /** Regions of a page that are finished. */
  finished: 200,
} as const
