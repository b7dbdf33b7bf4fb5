/** The process id of this process's colorist, by its command line: nothing in the product needs to know it. */
import { execFileSync } from 'node:child_process'

export function coloristPid(file = '/colorist.ts'): number {
  const lines = execFileSync('ps', ['-eo', 'pid,ppid,stat,args']).toString().split('\n')
  const found = lines.find(
    (text) => text.includes(file) && text.includes(` ${process.pid} `) && !/ Z/.test(text),
  )
  return Number(found!.trim().split(/\s+/)[0])
}
