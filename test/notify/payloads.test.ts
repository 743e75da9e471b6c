import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { bounded, type Message, mailOf, PAYLOADS } from '../../src/notify/payloads.ts'

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false })
;(formats as unknown as (instance: Ajv2020) => void)(ajv)
const isNotification = ajv.compile(
  JSON.parse(readFileSync(new URL('../../src/schema/notification.schema.json', import.meta.url), 'utf8')),
)

const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 5_000 }),
  fc.constantFrom(
    '<!channel>',
    '<https://evil.example|click>',
    '&lt;',
    '`x`\n\u202e',
    '\u001b[31m',
    '🤖'.repeat(400),
    '&'.repeat(4_000),
  ),
)
const messages = fc
  .record({
    title: text.map((title) => `x${title}`),
    ok: fc.boolean(),
    lines: fc.array(text, { maxLength: 60 }),
    next: fc.option(text, { nil: undefined }),
    id: fc.uuid(),
    command: fc.constantFrom('report', 'reconcile', 'doctor', 'alarms'),
    sentAt: fc.constant('2026-11-29T06:00:00.000Z'),
  })
  .map((message): Message => bounded(message))

interface SlackBlock {
  type: string
  text: { type: string; text: string; verbatim?: boolean; emoji?: boolean }
}

describe('whatever a message holds', () => {
  test('Slack takes it: up to 50 blocks of 3,000 characters, a header of 150, and no control character of Slack', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const { text: fallback, blocks } = PAYLOADS.slack(message) as { text: string; blocks: SlackBlock[] }
        expect(blocks.length).toBeLessThanOrEqual(50)
        for (const { type, text } of blocks) {
          expect(text.text.length).toBeGreaterThan(0)
          expect(text.text.length).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000)
          if (text.type === 'mrkdwn') expect(text.verbatim).toBe(true)
          else expect(text.emoji).toBe(false)
        }
        const sections = blocks.filter(({ text }) => text.type !== 'plain_text').map(({ text }) => text.text)
        for (const said of [fallback, ...sections]) {
          expect(said).not.toMatch(/[<>]/)
          expect(said.replace(/&(amp|lt|gt);/g, '')).not.toContain('&')
        }
      }),
    )
  })

  test('Teams takes it: less than 28 KB, and text that no Markdown is read in', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const payload = PAYLOADS.teams(message)
        expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(28 * 1024)
        const [card] = (payload as { attachments: { content: { body: { type: string }[] } }[] }).attachments
        expect(card?.content.body.every(({ type }) => type === 'RichTextBlock')).toBe(true)
      }),
    )
  })

  test('SNS takes it: a subject of ASCII under 100 characters that begins with no space, and less than 256 KB', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const { Subject, Message } = mailOf(message)
        expect(Subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/)
        expect(Buffer.byteLength(Message)).toBeLessThan(256 * 1024)
      }),
    )
  })

  test('a webhook of one’s own gets what the schema says', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const payload = PAYLOADS.https(message)
        expect({ payload, ok: isNotification(payload), errors: isNotification.errors }).toMatchObject({ ok: true })
      }),
    )
  })
})

test('what is wrong is told first, and what is too much is counted', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`)
  const said = bounded({ title: 'answer', ok: false, lines, id: '', command: 'doctor', sentAt: '' })
  expect(said.title).toBe('Problem: answer')
  expect(said.lines).toHaveLength(12)
  expect(said.lines.at(-1)).toBe('and 19 more')
})

test('a command is shown as one, advice as advice', () => {
  const next = (text: string) => {
    const message = { title: 't', ok: true, lines: [], next: text, id: '', command: 'doctor', sentAt: '' }
    return (PAYLOADS.slack(message) as { blocks: SlackBlock[] }).blocks.at(-1)?.text.text
  }
  expect(next('bedrock-monitor report --last 7d')).toBe('`bedrock-monitor report --last 7d`')
  expect(next('allow logs:GetObject for `me`')).toBe('allow logs:GetObject for `me`')
})
