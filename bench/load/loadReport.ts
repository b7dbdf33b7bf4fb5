/** What the load bench prints as it goes, and keeps. */
import { mkdir, writeFile } from 'node:fs/promises'
import { machineHere, type Machine } from '../report.ts'
import { latencyChart } from './latencyChart.ts'
import type { Point } from './point.ts'
import type { Rest } from './rest.ts'
import type { Storm } from './storm.ts'

export type LoadResults = {
  machine?: Machine
  /** The same people in more and more rooms. */
  sweep: Point[]
  /** The same rooms, drawn in ever faster. */
  faster: Point[]
  /** What the model's costs are taken from. */
  calibration: Point[]
  rest: Rest[]
  storm: Storm[]
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const ms = (value: number) => (Number.isFinite(value) ? value.toFixed(value < 100 ? 1 : 0) : '-').padStart(6)

const POINTS =
  'peer               rooms people strokes/s |  to others ms 50 95 99 |  to saved ms 50 95, a commit | CPU ms/stroke  colorist %    MB | lost doubled repeated refused'

export function loadReport(results: LoadResults) {
  let heading = ''
  function head(text: string): void {
    if (heading !== text) say(text)
    heading = text
  }
  function point(kept: Point[], measured: Point): void {
    kept.push(measured)
    head(POINTS)
    const { load, strokes, toOthers, toSaved, server, refusals, told } = measured
    const refused = Object.entries(refusals).map(([code, times]) => `${times} ${code}`)
    say(
      [
        measured.peer.padEnd(18),
        String(load.rooms).padStart(5),
        String(load.rooms * load.guests).padStart(6),
        (strokes / load.seconds).toFixed(0).padStart(9),
        ' | ',
        [toOthers.p50, toOthers.p95, toOthers.p99].map(ms).join(' '),
        '   | ',
        [toSaved.p50, toSaved.p95, told ? told.commitMs / told.commits : NaN].map(ms).join(' '),
        '     |',
        ((1000 * server.cpu) / strokes).toFixed(2).padStart(13),
        ((100 * server.coloring) / load.seconds).toFixed(0).padStart(10),
        (server.resident / 1e6).toFixed(0).padStart(7),
        ` | ${measured.lost} ${measured.doubled} ${measured.repeated} ${refused.join(', ') || '0'}`,
        measured.isVoid ? `  VOID: the generators were ${worst(measured).toFixed(0)} ms late` : '',
      ].join(' '),
    )
  }
  return {
    sweep: (measured: Point) => point(results.sweep, measured),
    faster: (measured: Point) => point(results.faster, measured),
    calibration: (measured: Point) => point(results.calibration, measured),
    rest(measured: Rest) {
      results.rest.push(measured)
      head('people at rest')
      const { peer, people, sockets, bytes, cpu } = measured
      say(
        `${peer.padEnd(18)} ${people} people, ${sockets} sockets: ${((bytes * people) / sockets / 1000).toFixed(0)} kB a socket, ` +
          `${(bytes / 1000).toFixed(0)} kB a person with their rooms, CPU ${(100 * cpu).toFixed(1)} %`,
      )
    },
    storm(measured: Storm) {
      results.storm.push(measured)
      head('people who come at once')
      const { peer, people, rooms, strokes, found, toPage, longest, cpu } = measured
      say(
        `${peer.padEnd(18)} ${people} people, ${rooms} pages of ${strokes} strokes (found ${found}): the page is there after ` +
          `${ms(toPage.p50).trim()} ms, for the last after ${ms(longest).trim()} ms; CPU ${((1000 * cpu) / people).toFixed(1)} ms a person`,
      )
    },
    async write(name: string) {
      results.machine = machineHere()
      const folder = new URL('../results/', import.meta.url)
      await mkdir(folder, { recursive: true })
      await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(results, null, 1)}\n`)
      await writeFile(new URL(`${name}.svg`, folder), latencyChart(results))
      say(`written to bench/results/${name}.json and ${name}.svg`)
    },
  }
}

const worst = ({ generators: { loopP99, lateP99 } }: Point) => Math.max(loopP99, lateP99)
