SELECT day, count(*) AS orders, sum(amount) AS revenue
FROM ${schemas.sales}.orders
GROUP BY day
