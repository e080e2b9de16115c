Q(-c)
Q(<string>)
Q(<stdin>)
Q(maximum recursion depth exceeded)
