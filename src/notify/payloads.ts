import type { Digest } from '../core/digest.ts'
import { plain } from '../text/escape.ts'
import type { Address } from './address.ts'

/** A digest on its way: one message, the same id for each address and each try. */
export interface Message extends Digest {
  id: string
  command: string
  sentAt: string
}

const MOST_LINES = 12
const MOST_OF_A_LINE = 300

/** The same within what every service takes, and nothing in it that steers a terminal or a page. */
export function bounded<Told extends Digest>(message: Told): Told {
  const { title, lines, next } = message
  const told = lines.map((line) => cut(line, MOST_OF_A_LINE)).filter((line) => line.trim() !== '')
  const more = told.length - MOST_LINES
  return {
    ...message,
    title: cut(`${message.ok ? '' : 'Problem: '}${title}`, 140),
    lines: more > 0 ? [...told.slice(0, MOST_LINES - 1), `and ${more + 1} more`] : told,
    next: next === undefined ? next : cut(next, MOST_OF_A_LINE) || undefined,
  }
}

/** One line of at most so many characters, safe in a terminal and a page. */
export function cut(text: string, most: number): string {
  const line = plain(text)
  return line.length <= most ? line : `${line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

export const PAYLOADS: Record<Exclude<Address['kind'], 'sns'>, (message: Message) => object> = {
  slack: ({ title, lines, next }) => ({
    text: escapeSlack(title),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
      ...(lines.length > 0 ? [slackText('plain_text', cutAtLine(lines.join('\n')))] : []),
      ...(next === undefined
        ? []
        : isCommand(next)
          ? [slackText('mrkdwn', `\`${escapeSlack(next)}\``)]
          : [slackText('plain_text', next)]),
    ],
  }),
  teams: ({ title, lines, next }) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          // Runs of text are shown as they are: a TextBlock would read Markdown in names.
          body: [
            teamsText(title, { size: 'Large', weight: 'Bolder' }),
            ...lines.map((line) => teamsText(line)),
            ...(next === undefined ? [] : [teamsText(next, isCommand(next) ? { fontType: 'Monospace' } : {})]),
          ],
        },
      },
    ],
  }),
  https: ({ id, command, ok, sentAt, title, lines, next = null }) => ({
    schemaVersion: 1,
    type: 'notification',
    id,
    command,
    ok,
    sentAt,
    title,
    lines,
    next,
  }),
}

const isCommand = (next: string) => /^(bedrock-monitor|aws) [^`]*$/.test(next)

/** As text that is shown as it is: no name in it makes a link, a mention, an emoji or bold type. Only a command is code. */
function slackText(type: 'plain_text' | 'mrkdwn', text: string): object {
  return { type: 'section', text: { type, text, ...(type === 'mrkdwn' ? { verbatim: true } : { emoji: false }) } }
}

function cutAtLine(text: string): string {
  return text.length <= 3_000 ? text : `${text.slice(0, text.lastIndexOf('\n', 2_990))}\n…`
}

/** The three characters that Slack has a meaning for (Slack, "Formatting text for app surfaces"). */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function teamsText(text: string, style: object = {}): object {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] }
}

/** A subject is ASCII, begins with a letter, a digit or a mark, and has less than 100 characters (SNS, Publish). */
export function mailOf({ title, lines, next }: Message): { Subject: string; Message: string } {
  const subject = title
    .replace(/ · /g, ', ')
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 99)
    .trim()
  return { Subject: subject, Message: [title, '', ...lines, ...(next === undefined ? [] : ['', next]), ''].join('\n') }
}
