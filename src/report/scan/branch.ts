/** What is found by one value after the other, so that no key has to be made of them. */
export type Branch<Leaf> = Map<string | undefined, Branch<Leaf> | Leaf>

/** The leaf at so many values; one that is not there yet is made. */
export function leafAt<Leaf>(
  root: Branch<Leaf>,
  values: number,
  valueAt: (place: number) => string | undefined,
  make: () => Leaf,
): Leaf {
  let branch = root
  for (let place = 0; place < values - 1; place++) {
    const value = valueAt(place)
    const next = (branch.get(value) as Branch<Leaf> | undefined) ?? new Map()
    if (next.size === 0) branch.set(value, next)
    branch = next
  }
  const value = valueAt(values - 1)
  const known = branch.get(value) as Leaf | undefined
  if (known !== undefined) return known
  const leaf = make()
  branch.set(value, leaf)
  return leaf
}
