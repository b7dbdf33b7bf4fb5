import app from './en/app.json'
import start from './en/start.json'
import importing from './en/importing.json'
import room from './en/room.json'
import tools from './en/tools.json'
import color from './en/color.json'
import look from './en/look.json'
import people from './en/people.json'
import share from './en/share.json'
import comments from './en/comments.json'
import history from './en/history.json'
import exporting from './en/exporting.json'
import finished from './en/finished.json'
import reference from './en/reference.json'
import shortcuts from './en/shortcuts.json'
import replay from './en/replay.json'
import refusals from './en/refusals.json'
import install from './en/install.json'

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
