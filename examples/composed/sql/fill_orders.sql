CREATE OR REPLACE TABLE ${schemas.sales}.orders (
  order_id BIGINT,
  day DATE,
  customer STRING,
  amount DECIMAL(10, 2)
) COMMENT 'One row per order.';

INSERT INTO ${schemas.sales}.orders VALUES
  (1, DATE '2026-01-05', 'Fernhollow Bakery', 120.00),
  (2, DATE '2026-01-05', 'Mill Street School', 75.50),
  (3, DATE '2026-01-06', 'Fernhollow Bakery', 98.25);
