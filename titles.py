async def main(args, tools):
    found = await tools.search_posts(tag=args[0])
    print(len(found))
    return [each['title'] for each in found]
