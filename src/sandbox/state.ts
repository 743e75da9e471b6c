/** State that each Region has of its own, made at the first look and kept in `states`. */
export function perRegion<State>(
  make: (region: string) => State,
  states = new Map<string, State>(),
): (region: string) => State {
  return (region) => {
    const known = states.get(region)
    if (known !== undefined) return known
    const made = make(region)
    states.set(region, made)
    return made
  }
}

export function pushTo<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const known = lists.get(key)
  if (known) known.push(item)
  else lists.set(key, [item])
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

/** One page as an answer: the items under the name that an operation has for them, and where it goes on. */
export function paged<Item>(name: string, items: readonly Item[], marker: string | undefined, size: number): object {
  const { items: part, next } = page(items, marker, size)
  return { [name]: part, NextToken: next }
}
