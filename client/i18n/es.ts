import app from './es/app.json'
import start from './es/start.json'
import importing from './es/importing.json'
import room from './es/room.json'
import tools from './es/tools.json'
import color from './es/color.json'
import look from './es/look.json'
import people from './es/people.json'
import share from './es/share.json'
import comments from './es/comments.json'
import history from './es/history.json'
import exporting from './es/exporting.json'
import finished from './es/finished.json'
import reference from './es/reference.json'
import shortcuts from './es/shortcuts.json'
import replay from './es/replay.json'
import refusals from './es/refusals.json'
import install from './es/install.json'

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
