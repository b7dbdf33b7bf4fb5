import app from './de/app.json'
import start from './de/start.json'
import importing from './de/importing.json'
import room from './de/room.json'
import tools from './de/tools.json'
import color from './de/color.json'
import look from './de/look.json'
import people from './de/people.json'
import share from './de/share.json'
import comments from './de/comments.json'
import history from './de/history.json'
import exporting from './de/exporting.json'
import finished from './de/finished.json'
import reference from './de/reference.json'
import shortcuts from './de/shortcuts.json'
import replay from './de/replay.json'
import refusals from './de/refusals.json'
import install from './de/install.json'

export default {
  ...app,
  ...start,
  ...importing,
  ...room,
  ...tools,
  ...color,
  ...look,
  ...people,
  ...share,
  ...comments,
  ...history,
  ...exporting,
  ...finished,
  ...reference,
  ...shortcuts,
  ...replay,
  ...refusals,
  ...install,
}
