import { AppError } from '../core/errors.ts'
import type { AwsContext } from './context.ts'
import { NOT_AWS } from './fault.ts'

/** More pages than any list of AWS's has that is read as a whole: 100,000 alarms, a million objects of one hour. */
const MOST_PAGES = 1_000
/** AWS gives pages without an item, some on end (of filtered lists); never so many. */
const MOST_EMPTY_PAGES = 100

/** The pages of a list (`iam:ListRolePolicies`). Throws an AppError for one without an end: what was read of it is not all. */
export async function* pagesOf<Page>(
  call: string,
  ask: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
  { mostPages = MOST_PAGES }: { mostPages?: number } = {},
): AsyncGenerator<Page> {
  const given = new Set<string>()
  let token: string | undefined
  let empty = 0
  for (;;) {
    const page = await ask(token)
    token = tokenOf(page)
    if (!token && isCut(page)) throw endless(call, 'an answer says that it is not all, and not how to ask for the rest')
    if (token && given.has(token)) throw endless(call, 'the token of the next page is one that was given before')
    empty = isEmpty(page) ? empty + 1 : 0
    if (token && empty >= MOST_EMPTY_PAGES) throw endless(call, `${empty} pages without an item, and still a next one`)
    yield page
    if (!token) return
    given.add(token)
    if (given.size >= mostPages) throw endless(call, `${mostPages} pages, and still a next one`)
  }
}

/** Every item of a list, over all of its pages. Throws as `pagesOf` does. */
export async function itemsOf<Page, Item>(
  call: string,
  ask: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
  listOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of pagesOf(call, ask, tokenOf)) items.push(...(listOf(page) ?? []))
  return items
}

/** Of S3 and IAM, which say so apart from the token. */
function isCut(page: unknown): boolean {
  return (page as { IsTruncated?: unknown } | undefined)?.IsTruncated === true
}

function isEmpty(page: unknown): boolean {
  return Object.values(page ?? {}).every((member) => !Array.isArray(member) || member.length === 0)
}

function endless(call: string, why: string): AppError {
  return new AppError('aws', 'EndlessList', `${call} failed: the list has no end: ${why}`, { hint: NOT_AWS })
}

/** One answer for all who ask while it is on its way: a plan reads its resources side by side. */
export function sharedAnswer<Answer>(ask: (cx: AwsContext) => Promise<Answer>): (cx: AwsContext) => Promise<Answer> {
  let underway: Promise<Answer> | undefined
  return (cx) => {
    underway ??= ask(cx).finally(() => {
      underway = undefined
    })
    return underway
  }
}
