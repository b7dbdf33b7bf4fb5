/** What was found of each room, for a terminal. */
import { textTable } from '../../textTable.ts'
import type { RoomReport } from './examine.ts'

export function reportTable(reports: readonly RoomReport[]): string {
  const rows = reports.map((report) => [
    report.room,
    String(report.entries),
    String(report.bytes),
    String(report.snapshots),
    String(report.versions),
    damageOf(report),
  ])
  return textTable([['room', 'entries', 'bytes', 'snapshots', 'versions', 'damage'], ...rows])
}

export function damageOf(report: RoomReport): string {
  const { damagedEntries, damagedSnapshots, isLineArtDamaged, endsAt } = report
  const parts = [
    damagedEntries.length > 0 &&
      `entries ${damagedEntries.slice(0, 5).join(', ')}${damagedEntries.length > 5 ? ' ...' : ''}`,
    damagedSnapshots.length > 0 && `snapshots ${damagedSnapshots.join(', ')}`,
    isLineArtDamaged && 'line art',
    endsAt !== undefined && `the page ends before entry ${endsAt}`,
  ].filter((part) => part !== false)
  return parts.join('; ') || 'none'
}
