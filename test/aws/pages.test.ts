import { expect, test } from '@jest/globals'
import { itemsOf, pagesOf } from '../../src/aws/pages.ts'

interface Page {
  items?: number[]
  next?: string
}

/** A list of these pages by their tokens, and the tokens it was asked with. */
function list(pages: Record<string, Page>) {
  const asked: string[] = []
  const ask = async (token = 'first') => {
    asked.push(token)
    return pages[token] ?? {}
  }
  return { ask, asked }
}

const next = (page: Page) => page.next

test.each<[string, Record<string, Page>, number[], number]>([
  ['one page', { first: { items: [1, 2] } }, [1, 2], 1],
  ['several, one of them empty', { first: { items: [1], next: 'b' }, b: { next: 'c' }, c: { items: [2] } }, [1, 2], 3],
  ['an empty token at the end', { first: { items: [1], next: '' } }, [1], 1],
  ['a token that comes again', { first: { items: [1], next: 'b' }, b: { items: [2], next: 'b' } }, [1, 2], 2],
])('%s', async (_, pages, items, calls) => {
  const { ask, asked } = list(pages)
  expect(await itemsOf(ask, next, (page) => page.items)).toEqual(items)
  expect(asked).toHaveLength(calls)
})

test('asks for no more pages than are looked at', async () => {
  const { ask, asked } = list({ first: { items: [1], next: 'b' }, b: { items: [2] } })
  for await (const page of pagesOf(ask, next)) if (page.items) break
  expect(asked).toEqual(['first'])
})
