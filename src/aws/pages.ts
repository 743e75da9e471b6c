/**
 * The pages of a list, one call each, as long as an answer comes with the token of the next. Empty tokens, and one that has
 * been given before, end the list: nobody is asked the same thing for ever.
 */
export async function* pagesOf<Page>(
  ask: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
): AsyncGenerator<Page> {
  const given = new Set<string>()
  let token: string | undefined
  for (;;) {
    const page = await ask(token)
    yield page
    token = tokenOf(page)
    if (!token || given.has(token)) return
    given.add(token)
  }
}

/** Every item of a list, over all of its pages. */
export async function itemsOf<Page, Item>(
  ask: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
  listOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of pagesOf(ask, tokenOf)) items.push(...(listOf(page) ?? []))
  return items
}
