import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { wrap, wrapCommand, wrapId, wrapParts, wrapTerms } from '../../src/text/wrap.ts'

describe('words', () => {
  test('are all kept, and no line is longer than the width unless it is one word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 30 })
    fc.assert(
      fc.property(words, fc.integer({ min: 5, max: 40 }), (list, width) => {
        const lines = wrap(list.join(' '), width)
        expect(lines.join(' ').trim()).toBe(list.join(' '))
        expect(lines.every((line) => line.length <= width || !line.includes(' '))).toBe(true)
      }),
    )
  })

  it('are indented after the first line', () => {
    expect(wrap('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four'])
  })

  it('take the columns that their letters take', () => {
    expect(wrap('東京 東京', 8)).toEqual(['東京', '東京'])
  })
})

describe('a name', () => {
  test('loses nothing and keeps within the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), fc.integer({ min: 4, max: 40 }), (id, width) => {
        const lines = wrapId(id, width)
        expect(lines.join('')).toBe(id)
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  test('is broken after a separator, or where a part of it is longer than a line', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.:/_-]{0,60}$/), fc.integer({ min: 5, max: 40 }), (name, width) => {
        const lines = wrapId(name, width)
        expect(lines.slice(0, -1).every((line) => /[-./_:]$/.test(line) || line.length === width)).toBe(true)
      }),
    )
  })

  it('is broken where it has its own parts', () => {
    expect(wrapId('us.anthropic.claude-sonnet-4-5-20250929-v1:0', 24)).toEqual([
      'us.anthropic.claude-',
      'sonnet-4-5-20250929-v1:0',
    ])
    expect(wrapId('amazon.titan-embed-text-v2:0', 27)).toEqual(['amazon.titan-embed-text-', 'v2:0'])
    expect(wrapId('東京-東京', 8)).toEqual(['東京-', '東京'])
  })
})

test('parts are broken between each other, and within one that is longer than a line', () => {
  expect(wrapParts(['one', 'two three', '(24 h)'], 18)).toEqual(['one · two three', '(24 h)'])
  expect(wrapParts(['one', 'two three', '(24 h)'], 8)).toEqual(['one', 'two', 'three', '(24 h)'])
  expect(wrapParts(['one', 'two', 'three'], 80)).toEqual(['one · two · three'])
})

test('terms stand left of what they mean, which is wrapped in its own column', () => {
  const rows = [
    ['--by', 'group by model, region or day'],
    ['--quotas', 'how near'],
  ] as const
  expect(wrapTerms(rows, 33)).toEqual(['--by      group by model, region', '          or day', '--quotas  how near'])
  expect(wrapTerms(rows.slice(1), 31, { left: 9, style: (term) => `<${term}>` })).toEqual(['<--quotas >  how near'])
})

test('a command that is wrapped is still one to a shell; other texts are only wrapped', () => {
  const command = 'bedrock-monitor setup --region us-east-1 --only alarms'
  expect(wrapCommand(command, 80)).toEqual([command])
  const lines = wrapCommand(command, 30)
  expect(lines.slice(0, -1).every((line) => line.endsWith(' \\') && line.length <= 30)).toBe(true)
  expect(lines.join('\n').replaceAll(/ \\\n +/g, ' ')).toBe(command)
  expect(wrapCommand('open the message from AWS', 16)).toEqual(['open the message', 'from AWS'])
})
