/** What a guest's link allows. */
import type { Guest, Role } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'

const rank = { view: 0, edit: 1, host: 2 } as const satisfies Record<Role, number>

/** @throws Refusal when a guest's role is below `least`. */
export function need({ role }: Pick<Guest, 'role'>, least: Role): void {
  if (rank[role] < rank[least]) throw new Refusal('role-too-low')
}
