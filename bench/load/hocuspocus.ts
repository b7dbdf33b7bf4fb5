/**
 * Hocuspocus 3 as it comes, as a process. With `sqlite` as its argument and a file, documents are kept the way its own SQLite extension
 * keeps them: the whole document in one row, after a pause of two seconds, at the latest after ten. Tells its parent the
 * port.
 */
import { Server } from '@hocuspocus/server'
import Database from 'libsql'
import * as Y from 'yjs'
import { endWithParent } from '../../server/child.ts'

const [kind, file] = process.argv.slice(2)

function storing() {
  const database = new Database(file!)
  database.exec('create table documents (name text primary key, data blob not null)')
  const read = database.prepare('select data from documents where name = ?')
  const write = database.prepare(
    'insert into documents (name, data) values (?, ?) on conflict (name) do update set data = excluded.data',
  )
  return {
    onLoadDocument({ document, documentName }: { document: Y.Doc; documentName: string }) {
      const row = read.get(documentName) as { data: Uint8Array } | undefined
      if (row) Y.applyUpdate(document, row.data)
      return Promise.resolve()
    },
    onStoreDocument({ document, documentName }: { document: Y.Doc; documentName: string }) {
      write.run(documentName, Buffer.from(Y.encodeStateAsUpdate(document)))
      return Promise.resolve()
    },
  }
}

endWithParent()
const server = new Server({
  port: 0,
  address: '127.0.0.1',
  quiet: true,
  stopOnSignals: false,
  ...(kind === 'sqlite' && storing()),
})
await server.listen()
process.send!({ port: server.address.port })
