import { grouped } from '../../report/arrange.ts'
import { type Completed, type CompletedFlag, headComment, PROFILE_NAMES, PROFILES, valueFlags } from './model.ts'

/** From bash 3.2 (macOS) on. bash takes `--format=json` and `file:logs` for three words each, which are joined first. */
export function bashScript(model: Completed): string {
  const { common, commands } = model
  const names = commands.map(({ name }) => name)
  const letters = [...common, ...commands.flatMap(({ flags }) => flags)].flatMap(({ name, alias, offer }) =>
    alias === undefined || offer === 'switch' ? [] : [`      -${alias}) flag=--${name} ;;`],
  )
  const dashed = (flags: readonly CompletedFlag[]) => flags.map(({ name }) => `--${name}`).join(' ')
  return `${headComment('bash')}

${PROFILE_NAMES}() {
  ${PROFILES}
}

_bedrock_monitor() {
  local word flag= command= before= files= list= offers= i last
  local -a words=() candidates=()
  COMPREPLY=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    last=$((\${#words[@]} - 1))
    if ((last >= 0)) && [[ $word == [:=]* || \${words[last]} == *[:=] ]]; then
      words[last]=\${words[last]}$word
    else
      words+=("$word")
    fi
  done
  last=$((\${#words[@]} - 1))
  for ((i = 0; i < last; i++)); do
    word=\${words[i]}
    if [[ -n $flag ]]; then
      flag=
      continue
    fi
    case $word in
      ${valueFlags(model).join('|')}) flag=$word ;;
${[...new Set(letters)].join('\n')}
      -*) ;;
      *) command=\${command:-$word} ;;
    esac
  done
  word=\${words[last]}
  if [[ -z $flag && $word == --*=* ]]; then
    flag=\${word%%=*}
    word=\${word#*=}
    [[ $COMP_WORDBREAKS == *=* ]] || before=$flag=
  fi

  if [[ \${COMP_WORDS[COMP_CWORD - 1]} == *[\\<\\>] ]]; then
    files=yes
  elif [[ -n $flag ]]; then
    case "$command $flag" in
${valueCases(model)}
    esac
  elif [[ $word == -* ]]; then
    offers='${dashed(common)}'
    case $command in
${commands.map(({ name, flags }) => `      ${name}) offers="$offers ${dashed(flags)}" ;;`).join('\n')}
    esac
  else
    case $command in
      '') offers='${names.join(' ')}' ;;
${commands.flatMap(({ name, words }) => (words.length > 0 ? [`      ${name}) offers='${words.join(' ')}' ;;`] : [])).join('\n')}
    esac
  fi

  if [[ -n $files || $word == file:* || $word == cur:* ]]; then
    compopt -o default 2>/dev/null
    return
  fi
  if [[ -n $list && $word == *,* ]]; then
    before=$before\${word%,*},
    word=\${word##*,}
  fi
  read -r -a candidates <<<"$offers"
  for offer in "\${candidates[@]}"; do
    [[ $offer == "$word"* ]] && COMPREPLY+=("$before$offer")
  done
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *: ]]; then compopt -o nospace 2>/dev/null; fi
}

# Without compopt (bash 3.2) files are offered wherever there is nothing else to offer.
if type compopt >/dev/null 2>&1; then
  complete -F _bedrock_monitor bedrock-monitor
else
  complete -o default -F _bedrock_monitor bedrock-monitor
fi
`
}

/** A branch for each flag with something to offer, told by its command: \`--format\` of two commands may differ. */
function valueCases({ common, commands }: Completed): string {
  const cases = [{ name: '', flags: common }, ...commands].flatMap(({ name, flags }) =>
    flags.map((flag) => ({ offer: offerText(flag), pattern: `${name ? `'${name}` : "*'"} --${flag.name}'` })),
  )
  const byOffer = grouped(cases, ({ offer }) => offer)
  byOffer.delete('')
  return [...byOffer]
    .map(([offer, all]) => `      ${all.map(({ pattern }) => pattern).join('|')}) ${offer} ;;`)
    .join('\n')
}

function offerText({ offer, list }: CompletedFlag): string {
  if (offer === 'file') return 'files=yes'
  if (offer === 'profile') return `offers=$(${PROFILE_NAMES} | tr '\\n' ' ')`
  return typeof offer === 'string' ? '' : `offers='${offer.join(' ')}'${list ? ' list=yes' : ''}`
}

/** The script for zsh, for \`source\` and for a folder of fpath alike: \`_arguments\` with what each flag is for. */
export function zshScript({ common, commands }: Completed): string {
  return `#compdef bedrock-monitor
${headComment('zsh')}

${PROFILE_NAMES}() {
  ${PROFILES}
}

# Offers words; with \`,\` as the first one, several between commas. One that ends in a colon is only begun.
_bedrock_monitor_words() {
  if [[ $1 == , ]]; then
    shift
    compset -P '*,'
  fi
  if [[ -n \${(M)@:#file:} ]] && compset -P '(file|cur):'; then
    _files
    return
  fi
  local -a begun=(\${(M)@:#*:}) whole=(\${@:#*:})
  compadd -S '' -a begun
  compadd -a whole
}

_bedrock_monitor() {
  local curcontext="$curcontext" state line ret=1
  local -A opt_args
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  local -a common=(
${specsOf(common, '    ').join('\n')}
  )
  _arguments -C -s $common '1: :->command' '*:: :->rest' && ret=0
  case $state in
    command) _describe -t commands command commands && ret=0 ;;
    rest)
      case $words[1] in
${commands.map(commandBranch).join('\n')}
      esac
      ;;
  esac
  return ret
}

if [[ $funcstack[1] == _bedrock_monitor ]]; then
  _bedrock_monitor "$@"
else
  compdef _bedrock_monitor bedrock-monitor
fi
`
}

function commandBranch({ name, flags, words }: Completed['commands'][number]): string {
  const indent = '            '
  const argument = words.length === 0 ? [] : [`${indent}${quoted(`*: : _bedrock_monitor_words ${words.join(' ')}`)}`]
  const specs = [...specsOf(flags, indent), ...argument].map((line) => `${line} \\`)
  return [
    `        ${name})`,
    '          _arguments -s $common \\',
    ...specs,
    '            && ret=0',
    '          ;;',
  ].join('\n')
}

function specsOf(flags: readonly CompletedFlag[], indent: string): string[] {
  return flags.flatMap(({ name, alias, describe, value, offer, list }) => {
    const text = `[${describe.replace(/[[\]\\]/g, '\\$&')}]`
    const either = alias === undefined ? '' : `(-${alias} --${name})`
    const [sign, takes] = offer === 'switch' ? ['', ''] : ['=', `:${value}:${actionOf(offer, list)}`]
    const specs = [
      ...(alias === undefined ? [] : [`${either}-${alias}${text}${takes}`]),
      `${list ? '*' : either}--${name}${sign}${text}${takes}`,
    ]
    return specs.map((spec) => indent + quoted(spec))
  })
}

function actionOf(offer: Exclude<CompletedFlag['offer'], 'switch'>, list: boolean): string {
  const plain = { text: ' ', file: '_files', profile: ` compadd -- \${(f)"$(${PROFILE_NAMES})"}` }
  if (typeof offer === 'string') return plain[offer]
  return ` _bedrock_monitor_words ${[...(list ? [','] : []), ...offer].join(' ').replaceAll(':', '\\:')}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
