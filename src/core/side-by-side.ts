/** Does the work for every item, at most `most` at a time. Rejects with the first failure, once nothing is under way any more. */
export async function sideBySide<Item, Outcome>(
  items: readonly Item[],
  most: number,
  work: (item: Item, failed: AbortSignal) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const failed = new AbortController()
  const todo = items.entries()
  const worker = async () => {
    for (const [place, item] of todo) {
      if (failed.signal.aborted) return
      outcomes[place] = await work(item, failed.signal)
    }
  }
  const workers = Array.from({ length: Math.min(most, items.length) }, () =>
    // The first reason is kept.
    worker().catch((thrown: unknown) => failed.abort({ thrown })),
  )
  await Promise.all(workers)
  if (failed.signal.aborted) throw failed.signal.reason.thrown
  return outcomes
}
