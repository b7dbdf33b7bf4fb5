import app from './ja/app.json'
import start from './ja/start.json'
import importing from './ja/importing.json'
import room from './ja/room.json'
import tools from './ja/tools.json'
import color from './ja/color.json'
import look from './ja/look.json'
import people from './ja/people.json'
import share from './ja/share.json'
import comments from './ja/comments.json'
import history from './ja/history.json'
import exporting from './ja/exporting.json'
import finished from './ja/finished.json'
import reference from './ja/reference.json'
import shortcuts from './ja/shortcuts.json'
import replay from './ja/replay.json'
import refusals from './ja/refusals.json'
import install from './ja/install.json'

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
