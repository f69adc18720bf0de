// Sends through mongoose (argument 1: the package, argument 2: the address) what LibreChat and the wizard's scripts send; one line of JSON comes out.
'use strict'
const [name, address] = process.argv.slice(2)
const mongoose = require(name)

const main = async () => {
    const connection = await mongoose.createConnection(address, {serverSelectionTimeoutMS: 10000}).asPromise()
    const people = connection.collection('people')
    const seen = {}
    await people.createIndex({email: 1}, {unique: true})
    const many = Array.from({length: 250}, (_, number) => ({email: `p${number}@x.org`, number, deep: {list: [{key: 'a' + number}]}}))
    seen.inserted = (await people.insertMany(many)).insertedCount
    seen.duplicate = await people.insertOne({email: 'p1@x.org'}).then(() => 0, error => error.code)
    seen.all = (await people.find({}, {batchSize: 60}).toArray()).length
    seen.one = (await people.findOne({'deep.list.key': 'a7'}, {projection: {_id: 0, 'deep.list.key': 1}})).deep.list[0].key
    seen.sorted = (await people.find({number: {$gte: 240}}).sort({number: -1}).limit(2).toArray()).map(one => one.number)
    seen.counted = await people.countDocuments({number: {$in: [1, 2, 999]}})
    const one = await people.findOne({number: 3})
    const change = {$set: {'deep.list.0.key': 'new'}}
    seen.kept = (await people.updateOne({_id: one._id, 'deep.list.0.key': 'other'}, change)).matchedCount
    seen.set = (await people.updateOne({_id: one._id, 'deep.list.0.key': 'a3'}, change)).modifiedCount
    seen.after = (await people.findOne({_id: one._id})).deep.list[0].key
    seen.upserted = (await people.updateOne({email: 'q@x.org'}, {$set: {number: -1}}, {upsert: true})).upsertedCount
    const found = await people.findOneAndUpdate({email: 'q@x.org'}, {$inc: {number: 5}}, {returnDocument: 'after', includeResultMetadata: false})
    seen.modified = (found.value ?? found).number
    seen.deleted = (await people.deleteMany({number: {$lt: 100}})).deletedCount
    seen.collections = (await connection.db.listCollections().toArray()).map(each => each.name)
    seen.refused = await people.updateOne({}, {$mul: {number: 2}}).then(() => 0, error => error.code)
    const User = connection.model('User', new mongoose.Schema({email: String, when: Date, ok: Boolean, big: Number}))
    const when = new Date(1700000000123)
    await User.create({email: 'É@x.org', when, ok: true, big: 2 ** 40})
    const back = await User.findOne({ok: true}).lean()
    seen.model = [back.email, back.when.getTime() === when.getTime(), back.big === 2 ** 40, typeof back._id.toHexString()]
    await connection.collection('people').drop()
    seen.dropped = (await people.find().toArray()).length
    await connection.close()
    process.stdout.write(JSON.stringify(seen) + '\n')
}
main().catch(error => {
    process.stdout.write(JSON.stringify({error: String(error && error.stack)}) + '\n')
    process.exit(1)
})
