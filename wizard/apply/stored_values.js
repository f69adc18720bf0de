// Reads, and for a rotation rewrites, what LibreChat has encrypted with CREDS_KEY and CREDS_IV in its database. `task` and database.js are
// put before this text, and all goes in by standard input: keys stand in no argument and in no environment.
//   task.op      look | rotate | back | commit
//   task.fields  [{collection, path, formats, plain, text, where}]: wizard/librechat/encrypted_values.py; `**` at the end of a path: any text below
//   task.unswept collections of people's own texts, which are not searched for values that the table does not know
//   task.pairs   {old: {key, iv}, new: {key, iv}}; look needs `old` alone, or none: then those that LibreChat gets here
//   task.moved   for back: whether everything had the new keys once
//   task.digests {old: {NAME: SHA-256}, new: {...}} of all secrets that are replaced, for LibreChat's own record of them
// No value, key or plaintext is in what comes out: counts, places and the ids of documents.
// Formats: packages/data-schemas/src/crypto/index.ts:34-148 (v0.8.8-rc1). The journal holds ciphertext alone, old and new.
const crypto = require('crypto')
const JOURNAL = 'librechatWizardRotation'
const RECORD = 'librechatCredentialMetadata'
const LISTED = 40
// Values that are judged or written with one command.
const AT_ONCE = 500
// Bytes of a V3 text: from which on garbage is no text by chance, and from which on that is unlikely.
const SURE = 24
const PLAUSIBLE = 8
const FORMS = {
    V1: /^(?:[0-9a-f]{32})+$/i,
    V2: /^[0-9a-f]{32}:(?:[0-9a-f]{32})+$/i,
    V3: /^v3:[0-9a-f]{32}:(?:[0-9a-f]{2})*$/i,
}
const TEXTS = {base32: /^[A-Z2-7]+=*$/i}
const PLAIN = {base32: /^[A-Z2-7]{16,}=*$/i, any: /^/}
const bytes = hex => Buffer.from(hex, 'hex')
const digest = text => crypto.createHash('sha256').update(text).digest('hex')
const utf8 = new TextDecoder('utf-8', {fatal: true})
const formOf = value => Object.keys(FORMS).find(form => FORMS[form].test(value))

const cbc = pair => `aes-${pair.key.length * 8}-cbc`
const opened = {
    V1: (pair, value) => finished(crypto.createDecipheriv(cbc(pair), pair.key, pair.iv), bytes(value)),
    V2: (pair, value) => finished(crypto.createDecipheriv(cbc(pair), pair.key, bytes(value.slice(0, 32))), bytes(value.slice(33))),
    V3: (pair, value) => finished(crypto.createDecipheriv('aes-256-ctr', pair.key, bytes(value.slice(3, 35))), bytes(value.slice(36))),
}
const closed = {
    V1: (pair, text) => finished(crypto.createCipheriv(cbc(pair), pair.key, pair.iv), text).toString('hex'),
    V2: (pair, text, iv = crypto.randomBytes(16)) =>
        `${iv.toString('hex')}:${finished(crypto.createCipheriv(cbc(pair), pair.key, iv), text).toString('hex')}`,
    V3: (pair, text, iv = crypto.randomBytes(16)) =>
        `v3:${iv.toString('hex')}:${finished(crypto.createCipheriv('aes-256-ctr', pair.key, iv), text).toString('hex')}`,
}
const finished = (machine, data) => Buffer.concat([machine.update(data), machine.final()])

// A wrong key gives garbage: V3 always, V1 and V2 once in 256 times. What LibreChat stores is text of one line, a JSON, or base32.
const read = (pair, form, value, text) => {
    let clear
    try {
        clear = opened[form](pair, value)
        const shown = utf8.decode(clear)
        if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(shown)) return null
        if (TEXTS[text] && !TEXTS[text].test(shown)) return null
    } catch {
        return null
    }
    return clear
}

const pairOf = ({key, iv}) => ({key: bytes(key), iv: bytes(iv)})
const here = {key: process.env.CREDS_KEY ?? '', iv: process.env.CREDS_IV ?? ''}
const given = task.pairs ?? {old: here}
const pairs = Object.fromEntries(Object.entries(given).map(([name, pair]) => [name, pairOf(pair)]))
const running = task.run ?? ''
class Refusal extends Error {
    constructor(why, more = {}) {
        super(why)
        this.verdict = {refused: why, ...more}
    }
}

// Every text at a path: below `**` all there are; through lists each member. A name with a dot cannot be written to by a path.
function* texts(value, path, at = []) {
    if (path.length === 0) {
        if (value !== undefined && value !== null && value !== '') yield {at, value}
    } else if (path[0] === '**') {
        if (typeof value === 'string') yield {at, value}
        else if (Array.isArray(value)) for (const [number, each] of value.entries()) yield* texts(each, path, [...at, String(number)])
        else if (value && Object.getPrototypeOf(value) === Object.prototype)
            for (const [name, each] of Object.entries(value)) yield* texts(each, path, [...at, name])
    } else if (value && typeof value === 'object') yield* texts(value[path[0]], path.slice(1), [...at, path[0]])
}

// Gives each value that a field of the table holds, with the pair that reads it: `by`; or with what is wrong with it.
async function* stored(db, fields = task.fields) {
    for (const field of fields) {
        const path = field.path.split('.')
        const isOpen = path.at(-1) === '**'
        const top = isOpen ? path.slice(0, -1).join('.') : field.path
        const found = db.collection(field.collection).find({...field.where, [top]: {$exists: true}}, {projection: {[top]: 1}, batchSize: AT_ONCE})
        let batch = []
        for await (const document of found) {
            for (const {at, value} of texts(document, path)) {
                const one = {field, id: document._id, path: at.join('.'), value}
                const form = typeof value === 'string' ? formOf(value) : undefined
                if (isOpen && form !== 'V2' && form !== 'V3') continue
                if (at.some(name => name.includes('.') || name.startsWith('$'))) batch.push({...one, wrong: 'a field name contains a dot'})
                else if (!field.formats.includes(form)) {
                    const isPlain = typeof value === 'string' && field.plain && PLAIN[field.plain].test(value)
                    batch.push(isPlain ? {...one, plain: true} : {...one, wrong: form ? `format ${form}` : 'unknown format'})
                } else batch.push({...one, form, ...judged(one, form)})
            }
            if (batch.length < AT_ONCE) continue
            yield* await judgedByJournal(db, batch)
            batch = []
        }
        yield* await judgedByJournal(db, batch)
    }
}
const judged = ({field, value}, form) => {
    for (const [by, pair] of Object.entries(pairs)) {
        const clear = read(pair, form, value, field.text)
        if (clear === null) continue
        // V3 has no check of its own: any key opens it, and a few characters of garbage may be text. The journal knows which key it was.
        const isWeak = form === 'V3' && !TEXTS[field.text]
        if (isWeak && clear.length < SURE && pairs.new) return {isWeak}
        return {by, clear, unsure: isWeak && clear.length < PLAUSIBLE}
    }
    return {by: null}
}
// Asked for a whole batch at once: a database of many such texts would else be asked for each of them at every look.
const judgedByJournal = async (db, batch) => {
    const names = new Map(batch.filter(one => one.isWeak).map(one => [one, nameOf(one.field.collection, one.id, one.path)]))
    if (names.size === 0) return batch
    const known = new Map()
    for await (const kept of db.collection(JOURNAL).find({_id: {$in: [...names.values()]}}, {batchSize: AT_ONCE})) known.set(kept._id, kept)
    return batch.map(({isWeak, ...one}) => (isWeak ? {...one, ...judgedBy(known.get(nameOf(one.field.collection, one.id, one.path)), one)} : one))
}
const judgedBy = (kept, {field, form, value}) => {
    const by = kept === undefined ? assumed : kept.n === value ? 'new' : kept.o === value ? 'old' : null
    const clear = by && read(pairs[by], form, value, field.text)
    return clear ? {by, clear, weak: true} : {by: null}
}
// The pair of such a text that the journal does not know: the old one, but for values that were moved and whose journal is gone.
let assumed = 'old'

// Texts elsewhere that the present keys open: a place that the table does not know. What they do not open is somebody's text.
async function* elsewhere(db) {
    const known = new Map()
    for (const field of task.fields) known.set(field.collection, [...(known.get(field.collection) ?? []), field])
    for (const {name, type} of await db.listCollections({}, {nameOnly: true}).toArray()) {
        if (type === 'view' || name.startsWith('system.') || [JOURNAL, RECORD, ...task.unswept].includes(name)) continue
        const own = known.get(name) ?? []
        for await (const document of db.collection(name).find({}, {batchSize: 200})) {
            const paths = own.filter(({where}) => Object.entries(where).every(([key, wanted]) => document[key] === wanted)).map(one => one.path)
            for (const {at, value} of texts(document, ['**'])) {
                const path = at.join('.')
                const isKnown = paths.some(one => (one.endsWith('.**') ? path.startsWith(one.slice(0, -2)) : path === one))
                const form = isKnown ? undefined : formOf(value)
                const clear = form && read(pairs.old, form, value, null)
                if (clear && clear.length > (form === 'V3' ? 4 : 0)) yield {collection: name, path, id: document._id, why: `encrypted, format ${form}`}
            }
        }
    }
}

const place = (collection, path, id, why) => ({collection, path: String(path).slice(0, 200), id: String(id).slice(0, 60), why})

// Counts by field; `wrong` lists what keeps a rotation from being safe.
const seen = async (db, {sweeps = true} = {}) => {
    const rows = task.fields.map((_, field) => ({field, old: 0, new: 0, weak: 0, bad: 0, plain: 0, unknown: 0, unsure: 0, forms: {}}))
    const wrong = []
    let more = 0
    const note = (...about) => (wrong.length < LISTED ? wrong.push(place(...about)) : (more += 1))
    for await (const one of stored(db)) {
        const row = rows[task.fields.indexOf(one.field)]
        if (one.plain) row.plain += 1
        else if (one.wrong) row.unknown += 1
        else row[one.by ?? 'bad'] += 1
        if (one.unsure) row.unsure += 1
        if (one.weak) row.weak += 1
        if (one.form && !one.by) row.forms[one.form] = (row.forms[one.form] ?? 0) + 1
        if (one.wrong) note(one.field.collection, one.path, one.id, one.wrong)
        else if (!one.plain && !one.by) note(one.field.collection, one.path, one.id, `the keys cannot decrypt it (format ${one.form})`)
    }
    let others = 0
    if (sweeps)
        for await (const {collection, path, id, why} of elsewhere(db)) {
            others += 1
            note(collection, path, id, `${why}, in a field that this release is not known to encrypt`)
        }
    return {rows: rows.filter(row => row.old + row.new + row.bad + row.plain + row.unknown > 0), elsewhere: others, wrong, more}
}
const isSound = found => found.wrong.length === 0

const look = async db => {
    const record = await db.collection(RECORD).findOne({_id: 'primary'})
    const state = await db.collection(JOURNAL).findOne({_id: 'state'})
    return {
        ...(await seen(db)),
        digests: Object.fromEntries(Object.entries(record?.fingerprints ?? {}).map(([name, value]) => [name, String(value).slice(0, 64)])),
        gets: {CREDS_KEY: here.key ? digest(here.key) : '', CREDS_IV: here.iv ? digest(here.iv) : ''},
        stage: state?.stage ?? '',
        release: releaseHere(),
    }
}
const releaseHere = () => {
    for (const folder of [process.cwd(), '/app/api', '/app']) {
        try {
            const {version} = createRequire(folder + '/wizard.js')('./package.json')
            if (version) return String(version).slice(0, 40)
        } catch {}
    }
    return ''
}

// The journal: one document that says how far it has come, one for each value.
const nameOf = (collection, id, path) => digest(JSON.stringify([collection, id?._bsontype ?? typeof id, id, path]))
const pairMark = () => digest([given.old.key, given.old.iv, given.new.key, given.new.iv].join('\n'))
const still = async (journal, stages) => {
    const state = await journal.findOne({_id: 'state'})
    if (state?.run !== running || !stages.includes(state.stage)) throw new Refusal('another run has taken over')
}
const taken = async journal => {
    const state = await journal.findOne({_id: 'state'})
    if (state === null) return null
    if (state.pair !== pairMark()) throw new Refusal('a rotation to different keys was started and is not finished')
    await journal.updateOne({_id: 'state'}, {$set: {run: running}})
    assumed = state.assumed ?? 'old'
    return state.stage
}

const entry = one => {
    const to = one.by === 'old' ? 'new' : 'old'
    const value = closed[one.form](pairs[to], one.clear)
    const again = read(pairs[to], one.form, value, one.field.text)
    if (again === null || !again.equals(one.clear)) throw new Refusal('a value could not be read back after encrypting it')
    const {collection} = one.field
    return {_id: nameOf(collection, one.id, one.path), c: collection, d: one.id, p: one.path, o: to === 'new' ? one.value : value, n: to === 'new' ? value : one.value}
}
// One that a run which was taken over still writes meanwhile says the same of a value, with another vector: either is right.
const inserted = async (journal, entries) => {
    const writes = entries.map(({_id, ...rest}) => ({replaceOne: {filter: {_id}, replacement: rest, upsert: true}}))
    if (writes.length) await journal.bulkWrite(writes)
}

const plan = async (db, journal) => {
    await journal.deleteMany({_id: {$ne: 'state'}})
    const found = await seen(db)
    if (!isSound(found) || found.rows.some(row => row.new > 0)) {
        await journal.drop().catch(() => {})
        const mixed = isSound(found) ? 'some values are already encrypted with the new keys' : 'some values cannot be re-encrypted'
        throw new Refusal(mixed, found)
    }
    let batch = []
    for await (const one of stored(db)) {
        if (one.by !== 'old') {
            if (!one.plain) throw new Refusal('the database has changed in the meantime')
            continue
        }
        batch.push(entry(one))
        if (batch.length >= AT_ONCE) {
            await still(journal, ['planning'])
            await inserted(journal, batch)
            batch = []
        }
    }
    await inserted(journal, batch)
    const moved = await journal.updateOne({_id: 'state', stage: 'planning', run: running}, {$set: {stage: 'applying'}})
    if (moved.matchedCount !== 1) throw new Refusal('another run has taken over')
}

const replaced = (_id, path, from, to) => ({updateOne: {filter: {_id, [path]: from}, update: {$set: {[path]: to}}}})
// Sends updates, one command for each collection; returns how many documents changed.
const sent = async (db, writes) => {
    const batches = new Map()
    for (const [collection, update] of writes) {
        if (!batches.has(collection)) batches.set(collection, [])
        batches.get(collection).push(update)
    }
    let count = 0
    for (const [collection, updates] of batches) count += (await db.collection(collection).bulkWrite(updates, {ordered: false})).modifiedCount
    return count
}
// Writes each value of the journal, `from` one side `to` the other, only where the former still stands there.
const write = async (db, journal, from, to, stage) => {
    let written = 0
    let batch = []
    const send = async () => {
        await still(journal, [stage])
        written += await sent(db, batch)
        batch = []
    }
    for await (const {_id, c, d, p, ...sides} of journal.find({_id: {$ne: 'state'}}, {batchSize: AT_ONCE})) {
        batch.push([c, replaced(d, p, sides[from], sides[to])])
        if (batch.length >= AT_ONCE) await send()
    }
    await send()
    return written
}
// What was written meanwhile by a LibreChat that still ran, or what a way back finds without a journal: until nothing more is found.
const late = async (db, journal, by, stage) => {
    const to = by === 'old' ? 'n' : 'o'
    let batch = []
    const send = async () => {
        const made = batch.map(one => [one, entry(one)])
        batch = []
        if (made.length === 0) return
        await still(journal, [stage])
        await inserted(journal, made.map(([, one]) => one))
        await still(journal, [stage])
        await sent(db, made.map(([one, {c, d, p, [to]: value}]) => [c, replaced(d, p, one.value, value)]))
    }
    let count = 0
    for (let round = 0; round < 5; round += 1) {
        let found = 0
        for await (const one of stored(db)) {
            if (one.by !== by) continue
            found += 1
            batch.push(one)
            if (batch.length >= AT_ONCE) await send()
        }
        await send()
        count += found
        if (found === 0) return count
    }
    throw new Refusal('another LibreChat instance that uses this database still writes values with different keys')
}

// LibreChat's own record of the keys in use (packages/api/src/app/checks.ts:173-245, v0.8.8-rc1); releases before it have none.
const mark = async (db, from, to) => {
    const digests = task.digests ?? {}
    for (const [name, value] of Object.entries(digests[to] ?? {})) {
        const path = `fingerprints.${name}`
        await db.collection(RECORD).updateOne({_id: 'primary', [path]: (digests[from] ?? {})[name]}, {$set: {[path]: value}})
    }
}
const verified = async (db, by) => {
    const found = await seen(db, {sweeps: false})
    const other = by === 'new' ? 'old' : 'new'
    if (!isSound(found) || found.rows.some(row => row[other] > 0)) throw new Refusal('some values are not encrypted with the expected keys', found)
    return found
}

const rotate = async db => {
    const journal = db.collection(JOURNAL)
    let stage = await taken(journal)
    if (stage === null) {
        await journal.insertOne({_id: 'state', stage: 'planning', pair: pairMark(), run: running, at: new Date()})
        stage = 'planning'
    }
    if (stage === 'back') throw new Refusal('an earlier rollback is not finished yet')
    if (stage === 'planning') await plan(db, journal)
    const written = stage === 'applied' ? 0 : await write(db, journal, 'o', 'n', 'applying')
    const more = await late(db, journal, 'old', stage === 'applied' ? 'applied' : 'applying')
    const found = await verified(db, 'new')
    await mark(db, 'old', 'new')
    await journal.updateOne({_id: 'state', run: running}, {$set: {stage: 'applied'}})
    return {...found, stage: 'applied', written, late: more}
}

// Begins a way back behind a commit: every value has the new keys, and there is no journal any more.
const reopened = async (db, journal) => {
    const {rows} = await seen(db, {sweeps: false})
    const sure = {old: rows.some(row => row.old > row.weak), new: rows.some(row => row.new > 0)}
    if (!sure.new && (sure.old || !task.moved)) return null
    if (sure.old) throw new Refusal('values were found for both keys, but no journal of the re-encryption')
    assumed = 'new'
    await journal.insertOne({_id: 'state', stage: 'back', pair: pairMark(), run: running, assumed, at: new Date()})
    return 'back'
}
const back = async db => {
    const journal = db.collection(JOURNAL)
    const stage = (await taken(journal)) ?? (await reopened(db, journal))
    if (stage === null) return {stage: '', written: 0}
    await journal.updateOne({_id: 'state', run: running}, {$set: {stage: stage === 'planning' ? stage : 'back'}})
    let written = 0
    if (stage !== 'planning') {
        written = await write(db, journal, 'n', 'o', 'back')
        written += await late(db, journal, 'new', 'back')
        await mark(db, 'new', 'old')
        await verified(db, 'old')
    }
    await journal.drop()
    return {stage: '', written}
}

const commit = async db => {
    const journal = db.collection(JOURNAL)
    const stage = await taken(journal)
    if (stage === null) assumed = 'new'
    const found = await verified(db, 'new')
    if (stage !== null) {
        if (stage !== 'applied') throw new Refusal('the rotation is not finished')
        await journal.drop()
    }
    return {...found, stage: ''}
}

work(async db => {
    try {
        const gets = task.demands
        if (gets && (here.key !== gets.key || here.iv !== gets.iv)) throw new Refusal('LibreChat runs with keys that differ from those in the files')
        return await {look, rotate, back, commit, mark: () => mark(db, 'old', 'new').then(() => ({}))}[task.op](db)
    } catch (error) {
        if (error instanceof Refusal) return error.verdict
        throw error
    }
})
