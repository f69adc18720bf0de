// As much of mongoose and its driver as the wizard's scripts and the stand-ins of LibreChat's use: collections in $STATE/database.json.
// Values are as in MongoDB's relaxed Extended JSON: {"$oid": "..."} and {"$date": "..."}.
'use strict'
const fs = require('fs')
const FILE = process.env.STATE + '/database.json'

class ObjectId {
    constructor(text) {
        this.text = text === undefined ? require('crypto').randomBytes(12).toString('hex') : String(text)
        if (!/^[0-9a-f]{24}$/.test(this.text)) throw new TypeError('not an ObjectId')
    }
    toHexString() { return this.text }
    toString() { return this.text }
    equals(other) { return String(other) === this.text }
}
const revive = value => {
    if (Array.isArray(value)) return value.map(revive)
    if (value === null || typeof value !== 'object') return value
    if ('$oid' in value) return new ObjectId(value.$oid)
    if ('$date' in value) return new Date(value.$date)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revive(one)]))
}
const plain = value => {
    if (value instanceof ObjectId) return {$oid: value.text}
    if (value instanceof Date) return {$date: value.toISOString()}
    if (Array.isArray(value)) return value.map(plain)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined).map(([name, one]) => [name, plain(one)]))
}
const load = () => revive(fs.existsSync(FILE) ? JSON.parse(fs.readFileSync(FILE, 'utf8')) : {})
const keep = all => {
    fs.writeFileSync(FILE + '.new', JSON.stringify(plain(all)))
    fs.renameSync(FILE + '.new', FILE)
}
const text = value => JSON.stringify(plain(value))
const get = (document, path) => path.split('.').reduce((value, name) => value?.[name], document)
const order = value => (value instanceof Date ? value.getTime() : value)
const OPERATORS = {
    $in: (value, wanted) => wanted.some(one => text(one ?? null) === text(value ?? null)),
    $nin: (value, wanted) => !OPERATORS.$in(value, wanted),
    $ne: (value, wanted) => text(value ?? null) !== text(wanted ?? null),
    $eq: (value, wanted) => text(value ?? null) === text(wanted ?? null),
    $exists: (value, wanted) => (value !== undefined) === wanted,
    $gt: (value, wanted) => order(value) > order(wanted),
    $regex: (value, wanted, all) => typeof value === 'string' && new RegExp(wanted, all.$options ?? '').test(value),
    $options: () => true,
}
const meets = (value, wanted) => {
    if (wanted instanceof RegExp) return typeof value === 'string' && wanted.test(value)
    if (wanted !== null && typeof wanted === 'object' && Object.keys(wanted).some(name => name.startsWith('$')))
        return Object.entries(wanted).every(([name, one]) => OPERATORS[name](value, one, wanted))
    return OPERATORS.$eq(value, wanted)
}
const matches = query => document =>
    Object.entries(query).every(([name, wanted]) => {
        if (name === '$or') return wanted.some(one => matches(one)(document))
        if (name === '$and') return wanted.every(one => matches(one)(document))
        return meets(get(document, name), wanted)
    })
const change = (document, update) => {
    for (const operator of Object.keys(update)) if (!['$set', '$unset'].includes(operator)) throw new Error(operator)
    for (const [name, value] of Object.entries(update.$set ?? {})) document[name] = value
    for (const name of Object.keys(update.$unset ?? {})) delete document[name]
}
const shown = (document, projection) => {
    const names = Object.keys(projection ?? {})
    if (!names.length) return document
    const entries = Object.entries(document)
    const isIncluding = names.some(name => name !== '_id' && projection[name])
    const kept = ([name]) => (name === '_id' ? projection._id !== 0 : isIncluding ? !!projection[name] : projection[name] === undefined)
    return Object.fromEntries(entries.filter(kept))
}
const collection = name => {
    const all = load()
    const documents = () => (all[name] ??= [])
    const found = query => documents().filter(matches(query ?? {}))
    const cursor = (query, options) => {
        let [projection, limit, sorted] = [options?.projection, options?.limit ?? Infinity, options?.sort]
        const self = {
            project: value => ((projection = value), self),
            limit: value => ((limit = value), self),
            sort: value => ((sorted = value), self),
            toArray: async () => {
                const [key, up] = Object.entries(sorted ?? {})[0] ?? []
                const list = found(query)
                if (key) list.sort((a, b) => (text(get(a, key)) < text(get(b, key)) ? -up : up))
                return list.slice(0, limit).map(one => shown(one, projection))
            },
            async *[Symbol.asyncIterator]() { yield* await self.toArray() },
        }
        return self
    }
    const removed = async (query, most) => {
        const gone = found(query).slice(0, most)
        all[name] = documents().filter(one => !gone.includes(one))
        keep(all)
        return {acknowledged: true, deletedCount: gone.length}
    }
    return {
        find: cursor,
        findOne: async (query, options) => (await cursor(query, {...options, limit: 1}).toArray())[0] ?? null,
        countDocuments: async query => found(query).length,
        insertOne: async document => {
            const made = {_id: document._id ?? new ObjectId(), ...document}
            if (documents().some(one => text(one._id) === text(made._id))) throw Object.assign(new Error('duplicate'), {code: 11000, name: 'MongoServerError'})
            documents().push(made)
            keep(all)
            return {acknowledged: true, insertedId: made._id}
        },
        updateOne: async (query, update) => {
            const [one] = found(query)
            if (one) change(one, update)
            keep(all)
            return {matchedCount: one ? 1 : 0, modifiedCount: one ? 1 : 0}
        },
        deleteOne: query => removed(query, 1),
        deleteMany: query => removed(query, Infinity),
    }
}
const db = {
    collection,
    listCollections: (query = {}) => ({toArray: async () => Object.keys(load()).map(name => ({name})).filter(matches(query))}),
}
const refused = async () => {
    throw Object.assign(new Error('mongodb://someone:hidden-pass@mongodb does not answer'), {name: 'MongooseServerSelectionError'})
}
const connected = async () => ({db, collection, close: async () => {}})
module.exports = {
    mongo: {ObjectId},
    createConnection: () => ({asPromise: fs.existsSync(process.env.STATE + '/nodb') ? refused : connected}),
}
