/** What each text gets of the room that all have: the shortest what it needs, the others as much as each other. */
export function sharedRoom(needs: readonly number[], room: number, least: number): number[] {
  const given = needs.map(() => 0)
  let left = room
  const order = [...needs.keys()].filter((index) => (needs[index] ?? 0) > 0)
  order.sort((a, b) => (needs[a] ?? 0) - (needs[b] ?? 0))
  for (const [place, index] of order.entries()) {
    const fair = Math.max(least, Math.floor(left / (order.length - place)))
    given[index] = Math.min(needs[index] ?? 0, fair)
    left -= given[index] ?? 0
  }
  return given
}
