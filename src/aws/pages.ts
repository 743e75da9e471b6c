import type { Command } from '@smithy/core/client'
import { AppError } from '../core/errors.ts'
import type { AwsContext, SendOptions } from './context.ts'
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
    if (!token && isCut(page))
      throw endless(call, 'a response says that there is more, but has no token for the next page')
    if (token && given.has(token)) throw endless(call, 'the token of the next page is a repeated one')
    empty = isEmpty(page) ? empty + 1 : 0
    if (token && empty >= MOST_EMPTY_PAGES) throw endless(call, `${empty} empty pages in a row, and still a next one`)
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

// biome-ignore lint/suspicious/noExplicitAny: commands of all clients, whatever they take
type ListCommand = new (input: any) => Command<any, any, any>
type OutputOf<Of extends ListCommand> =
  InstanceType<Of> extends Command<infer _, infer Output, infer __> ? Output : never
type ItemOf<List> = NonNullable<List> extends readonly (infer Item)[] ? Item : never

/** What AWS calls the place of the next page, in question and answer. */
const TOKENS = ['NextToken', 'nextToken', 'Marker']

/** Every item of the list in a member of a command's answers. Throws as `pagesOf` does. */
export function allOf<Of extends ListCommand, Member extends keyof OutputOf<Of>>(
  client: { readonly service?: string },
  Listing: Of,
  input: InstanceType<Of>['input'],
  member: Member,
  options?: SendOptions,
): Promise<ItemOf<OutputOf<Of>[Member]>[]> {
  type Page = Record<string, string | undefined> & OutputOf<Of>
  const { send } = client as unknown as { send(command: unknown, options?: SendOptions): Promise<Page> }
  let name = ''
  const ask = (token?: string) => send(new Listing({ ...input, ...(token && { [name]: token }) }), options)
  const tokenOf = (page: Page) => {
    name = TOKENS.find((each) => page?.[each]) ?? ''
    return page?.[name]
  }
  return itemsOf(
    `${client.service}:${Listing.name.replace(/Command$/, '')}`,
    ask,
    tokenOf,
    (page) => page?.[member] as never,
  )
}

/** Of S3 and IAM, which say so apart from the token. */
function isCut(page: unknown): boolean {
  return (page as { IsTruncated?: unknown } | undefined)?.IsTruncated === true
}

function isEmpty(page: unknown): boolean {
  return Object.values(page ?? {}).every((member) => !Array.isArray(member) || member.length === 0)
}

function endless(call: string, why: string): AppError {
  return new AppError('aws', 'EndlessList', `${call} failed: the list does not end: ${why}`, { hint: NOT_AWS })
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
