/** Does the work for every item, at most `most` at a time; the outcomes are in the order of the items. */
export async function sideBySide<Item, Outcome>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const todo = items.entries()
  const worker = async () => {
    for (const [place, item] of todo) outcomes[place] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker))
  return outcomes
}
