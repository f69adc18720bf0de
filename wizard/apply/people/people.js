// LibreChat's accounts in its own database: read, or changed one subject at a time. `task.op` says what; database.js stands before this text.
// Fields: packages/data-schemas/src/schema/{user,session,token}.ts (v0.8.8-rc1); bans: api/cache/keyvMongo.ts, checkBan.js:10-19 (facts A4).
const {EJSON} = found('mongoose')?.mongo.BSON ?? {}
const typed = value => EJSON.deserialize(value, {relaxed: false})
const stored = value => EJSON.serialize(value, {relaxed: false})
const FIELDS = 'email name username provider role emailVerified twoFactorEnabled password createdAt tenantId expiresAt'.split(' ')
const projection = Object.fromEntries(FIELDS.map(name => [name, 1]))
const text = value => (value === undefined || value === null ? '' : String(value))
const time = value => (value instanceof Date && !isNaN(value) ? value.getTime() : null)

// Every ban that holds now: of a person by id, of an address. A copy of a ban names the address alone, and has the same end.
const bans = async db => {
    const now = Date.now()
    const all = []
    for await (const one of db.collection('logs').find({key: {$regex: '^(BANS|ban):'}})) {
        try {
            const {value, expires} = JSON.parse(one.value)
            const until = Number(value?.expiresAt)
            if (until > now && !(Number(expires) <= now))
                all.push({id: stored(one._id), key: String(one.key), who: String(one.key).split(':').pop(), until})
        } catch {}
    }
    return all
}
const bansOf = (all, identity) => {
    const own = all.filter(one => one.key.endsWith(':' + identity))
    const ends = new Set(own.map(one => one.until))
    const isPerson = one => /^[0-9a-f]{24}$/.test(one.who)
    return [...own, ...all.filter(one => !own.includes(one) && !isPerson(one) && ends.has(one.until))]
}
const person = (one, all, sessions) => ({
    id: String(one._id),
    email: text(one.email),
    name: text(one.name),
    username: text(one.username),
    provider: text(one.provider) || 'local',
    role: text(one.role),
    verified: one.emailVerified === true,
    two_factor: one.twoFactorEnabled === true,
    has_password: Boolean(one.password),
    created: time(one.createdAt),
    expires: time(one.expiresAt),
    tenant: text(one.tenantId),
    sessions,
    banned_until: Math.max(0, ...bansOf(all, String(one._id)).map(ban => ban.until)) || null,
})
const IS_PROBE = /^librechat-wizard-probe-[0-9a-f]{8}@/
const isPerson = one => !IS_PROBE.test(text(one.email))

const people = async (db, query) => {
    const all = await bans(db)
    const open = new Map()
    for await (const one of db.collection('sessions').find({}, {projection: {user: 1, expiration: 1}}))
        if (!(time(one.expiration) <= Date.now())) open.set(String(one.user), (open.get(String(one.user)) ?? 0) + 1)
    const list = []
    for await (const one of db.collection('users').find(query, {projection}).sort({_id: 1}))
        list.push(person(one, all, open.get(String(one._id)) ?? 0))
    return list
}
const escaped = one => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const LAST_ADMIN = 'last admin'
const admins = async db =>
    (await db.collection('users').find({role: 'ADMIN'}, {projection: {email: 1}}).toArray()).filter(isPerson)
// Those who can act: a ban that holds keeps an administrator out, and nobody else lifts it.
const actingAdmins = async db => {
    const banned = new Set((await bans(db)).map(one => one.who))
    return (await admins(db)).filter(one => !banned.has(String(one._id)))
}

// One change of one document, if it is still as `expect` has it; what takes it back comes out. `dry`: only that. `back`: what is
// already as it shall become is no fault. Nothing to do: undefined. Not as expected: null.
const changed = async (db, {collection, id, expect, set = {}, unset = [], insert, remove}, {dry, back: isBack}) => {
    const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)
    const place = db.collection(collection)
    if (insert) {
        const document = typed(insert)
        const stands = await place.findOne({_id: document._id})
        if (stands) return isBack && same(stored(stands), insert) ? undefined : null
        if (!dry) await place.insertOne(document)
        return {collection, id: stored(document._id), remove: true}
    }
    const _id = typed(id)
    const stands = await place.findOne({_id})
    if (!stands) return remove ? undefined : null
    if (remove) {
        if (!dry) await place.deleteOne({_id})
        return {collection, insert: stored(stands)}
    }
    const seen = name => (name in stands ? JSON.stringify(stored(stands[name])) : undefined)
    const wanted = (name, value) => (value === null ? undefined : JSON.stringify(value.is))
    const isSet = Object.entries(set).every(([name, value]) => seen(name) === JSON.stringify(value))
    if (isBack && isSet && !unset.some(name => name in stands)) return undefined
    if (Object.entries(expect).some(([name, value]) => seen(name) !== wanted(name, value))) return null
    const filter = {_id}
    for (const [name, value] of Object.entries(expect)) {
        const plain = value === null ? undefined : typed(value.is)
        if (plain === undefined) filter[name] = {$exists: false}
        else if (plain !== null && typeof plain !== 'object') filter[name] = plain
    }
    const names = [...Object.keys(set), ...unset]
    const back = {collection, id, expect: {}, set: {}, unset: []}
    for (const name of names) {
        back.expect[name] = name in set ? {is: set[name]} : null
        if (name in stands) back.set[name] = stored(stands[name])
        else back.unset.push(name)
    }
    const update = {}
    if (Object.keys(set).length) update.$set = typed(set)
    if (unset.length) update.$unset = Object.fromEntries(unset.map(name => [name, '']))
    if (!dry && (await place.updateOne(filter, update)).matchedCount !== 1) return null
    // Looked at after the change: of two that take the role from two administrators at once, neither stays.
    const takesRole = collection === 'users' && 'role' in set && set.role !== 'ADMIN' && stands.role === 'ADMIN'
    if (takesRole && !dry && !isBack && isPerson(stands) && (await actingAdmins(db)).length === 0) {
        await place.updateOne({_id, role: set.role}, {$set: {role: 'ADMIN'}})
        return LAST_ADMIN
    }
    return back
}

const OPS = {
    list: async db => ({people: (await people(db, {})).filter(isPerson)}),
    find: async db => {
        const [users, tokens] = [db.collection('users'), db.collection('tokens')]
        const roles = await db.collection('roles').find({}, {projection: {name: 1}}).toArray()
        const list = await people(db, {email: {$regex: `^${escaped(task.email)}$`, $options: 'i'}})
        const username = task.username ? (await users.findOne({username: task.username}, {projection: {_id: 1}})) !== null : false
        const everybody = (await users.find({}, {projection: {email: 1}}).sort({_id: 1}).toArray()).filter(isPerson)
        return {
            people: list.filter(isPerson),
            is_probe: list.some(one => !isPerson(one)),
            admins: (await admins(db)).length,
            acting_admins: (await actingAdmins(db)).length,
            everybody: everybody.length,
            first: text(everybody[0]?._id),
            roles: roles.map(one => text(one.name)),
            invitations: await tokens.countDocuments({email: task.email.toLowerCase()}),
            username_taken: username,
        }
    },
    // What an unlock has to know, and is not shown: the fields of the document that it may change, and the bans.
    document: async db => {
        const one = await db.collection('users').findOne({_id: typed({$oid: task.id})})
        const names = Object.keys(one ?? {}).filter(name => task.fields.includes(name))
        const all = await bans(db)
        return {fields: Object.fromEntries(names.map(name => [name, stored(one[name])])), bans: bansOf(all, task.id), all_bans: all}
    },
    bans: async db => ({bans: await bans(db)}),
    change: async db => {
        const [undo, missed] = [[], []]
        for (const [number, one] of task.changes.entries()) {
            const back = await changed(db, one, task)
            if (back === LAST_ADMIN) return {undo, missed: [number], last_admin: true}
            if (back === null) {
                missed.push(number)
                break
            }
            if (back) undo.unshift(back)
        }
        return {undo, missed}
    },
    end_sessions: async db => ({ended: (await db.collection('sessions').deleteMany({user: typed({$oid: task.id})})).deletedCount}),
}
work(async db => (EJSON ? await OPS[task.op](db) : failed('this mongoose has no BSON.EJSON')))
