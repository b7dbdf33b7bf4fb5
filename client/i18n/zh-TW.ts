import app from './zh-TW/app.json'
import start from './zh-TW/start.json'
import importing from './zh-TW/importing.json'
import room from './zh-TW/room.json'
import tools from './zh-TW/tools.json'
import color from './zh-TW/color.json'
import look from './zh-TW/look.json'
import people from './zh-TW/people.json'
import share from './zh-TW/share.json'
import comments from './zh-TW/comments.json'
import history from './zh-TW/history.json'
import exporting from './zh-TW/exporting.json'
import finished from './zh-TW/finished.json'
import reference from './zh-TW/reference.json'
import shortcuts from './zh-TW/shortcuts.json'
import replay from './zh-TW/replay.json'
import refusals from './zh-TW/refusals.json'
import install from './zh-TW/install.json'

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
