/** State that each Region has of its own, made at the first look. */
export function perRegion<State>(make: (region: string) => State): (region: string) => State {
  const states = new Map<string, State>()
  return (region) => {
    const known = states.get(region)
    if (known !== undefined) return known
    const made = make(region)
    states.set(region, made)
    return made
  }
}

/** One page of a list whose marker is the index of the next item. */
export function page<Item>(
  items: readonly Item[],
  marker: string | undefined,
  size: number,
): { items: Item[]; next: string | undefined } {
  const start = marker === undefined ? 0 : Number(marker)
  const end = start + size
  return { items: items.slice(start, end), next: end < items.length ? String(end) : undefined }
}
